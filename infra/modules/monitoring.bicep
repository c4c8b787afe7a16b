// Where the bot's log lines and the results of the outside check go. Log lines hold references and outcomes, no words
// that a person wrote.
param workspaceName string
param insightsName string
param location string
param tags object

@description('Days for which log lines are kept.')
param logDays int = 30

@description('Gigabytes of log a day at most: a fault that logs in a loop shall not cost a fortune.')
param gigabytesADay int = 1

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    retentionInDays: logDays
    sku: {
      name: 'PerGB2018'
    }
    workspaceCapping: {
      dailyQuotaGb: gigabytesADay
    }
    features: {
      disableLocalAuth: true
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableIpMasking: false
    // Telemetry is only taken from somebody with a token; the results of the outside check are Azure's own.
    DisableLocalAuth: true
  }
}

output workspaceId string = workspace.id
output insightsId string = insights.id
