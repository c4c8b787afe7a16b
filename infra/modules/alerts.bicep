// What wakes IT: the bot does not answer, an alert does not get through, an urgent report lies there.
// The queries read the bot's own log lines; tests/infra holds the names of their events against the code.
param actionGroupName string
param location string
param tags object
param alertEmail string
param insightsId string
param workspaceId string
param webAppId string
param host string

// Two of four places have to fail, so that a fault on the way from one of them wakes nobody.
var placesToFail = 2

resource whom 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'PolicyBot'
    emailReceivers: [
      {
        name: 'it'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

// /readyz also asks the storage, and says so when the loop that delivers alerts stands still.
resource fromOutside 'Microsoft.Insights/webtests@2022-06-15' = {
  name: 'policy-bot-ready'
  location: location
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'policy-bot-ready'
    Name: 'policy-bot-ready'
    Description: 'The bot is ready, seen from outside.'
    Kind: 'standard'
    Enabled: true
    Frequency: 300
    Timeout: 30
    RetryEnabled: true
    Locations: [
      {
        Id: 'emea-ru-msa-edge' // UK South
      }
      {
        Id: 'emea-se-sto-edge' // UK West
      }
      {
        Id: 'emea-gb-db3-azr' // North Europe
      }
      {
        Id: 'emea-nl-ams-azr' // West Europe
      }
    ]
    Request: {
      RequestUrl: 'https://${host}/readyz'
      HttpVerb: 'GET'
      ParseDependentRequests: false
      FollowRedirects: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      // The certificate of azurewebsites.net is Microsoft's to renew; a trust with a domain of its own is told in time.
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

resource noAnswer 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'policy-bot-no-answer'
  location: 'global'
  tags: tags
  properties: {
    description: 'The bot is not ready, seen from two places or more: it is down, its storage does not answer, alerts stand still, or the certificate ends within 7 days.'
    severity: 0
    enabled: true
    autoMitigate: true
    scopes: [
      fromOutside.id
      insightsId
    ]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: fromOutside.id
      componentId: insightsId
      failedLocationCount: placesToFail
    }
    actions: [
      {
        actionGroupId: whom.id
      }
    ]
  }
}

resource serverErrors 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'policy-bot-server-errors'
  location: 'global'
  tags: tags
  properties: {
    description: 'The bot answered Teams with 5xx more than five times in five minutes: people see that something went wrong.'
    severity: 1
    enabled: true
    autoMitigate: true
    scopes: [
      webAppId
    ]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'server-errors'
          metricNamespace: 'Microsoft.Web/sites'
          metricName: 'Http5xx'
          operator: 'GreaterThan'
          threshold: 5
          timeAggregation: 'Total'
        }
      ]
    }
    actions: [
      {
        actionGroupId: whom.id
      }
    ]
  }
}

resource oneCopyOut 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'policy-bot-copy-out'
  location: 'global'
  tags: tags
  properties: {
    description: 'One of the copies has not been healthy for a quarter of an hour. The other one answers meanwhile.'
    severity: 2
    enabled: true
    autoMitigate: true
    scopes: [
      webAppId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'healthy'
          metricNamespace: 'Microsoft.Web/sites'
          metricName: 'HealthCheckStatus'
          operator: 'LessThan'
          threshold: 75
          timeAggregation: 'Average'
        }
      ]
    }
    actions: [
      {
        actionGroupId: whom.id
      }
    ]
  }
}

// A delivery that fails is tried again after a minute at most, and each try writes a line.
resource undelivered 'Microsoft.Insights/scheduledQueryRules@2023-03-15-preview' = {
  name: 'policy-bot-undelivered'
  location: location
  tags: tags
  properties: {
    displayName: 'Policy bot: something has not been delivered for more than five minutes'
    description: 'An alert, a reminder or an update does not get through. The line "reason" says why: no channel bound, the bot removed, Teams refusing.'
    severity: 1
    enabled: true
    autoMitigate: true
    scopes: [
      workspaceId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    // The table is there only after the first line.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: '''
AppServiceConsoleLogs
| where ResultDescription has "not_delivered"
| extend line = parse_json(ResultDescription)
| where tostring(line.event) == "not_delivered"
| summarize since = min(TimeGenerated), last = max(TimeGenerated) by subject = tostring(line.subject), kind = tostring(line.kind)
| where last - since > 5m
'''
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        whom.id
      ]
    }
  }
}

// The third reminder: after 45 minutes for an urgent report, on the third school day for any other.
resource nobodyHasIt 'Microsoft.Insights/scheduledQueryRules@2023-03-15-preview' = {
  name: 'policy-bot-nobody-has-it'
  location: location
  tags: tags
  properties: {
    displayName: 'Policy bot: a report has been brought up three times and nobody has acknowledged it'
    description: 'Ring the designated safeguarding lead. The line "reference" says which report; what it is about is not in the log.'
    severity: 1
    enabled: true
    autoMitigate: true
    scopes: [
      workspaceId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: '''
AppServiceConsoleLogs
| where ResultDescription has "reminded"
| extend line = parse_json(ResultDescription)
| where tostring(line.event) == "reminded" and toint(line.reminder) >= 3
| summarize reminders = max(toint(line.reminder)) by reference = tostring(line.reference)
'''
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        whom.id
      ]
    }
  }
}

resource faults 'Microsoft.Insights/scheduledQueryRules@2023-03-15-preview' = {
  name: 'policy-bot-faults'
  location: location
  tags: tags
  properties: {
    displayName: 'Policy bot: it logged an error'
    description: 'A fault of the bot itself: a turn, a round of deliveries or the daily work failed. The line says where; send it to whoever looks after the code.'
    severity: 2
    enabled: true
    autoMitigate: true
    scopes: [
      workspaceId
    ]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: '''
AppServiceConsoleLogs
| where ResultDescription has "error"
| extend line = parse_json(ResultDescription)
| where tostring(line.level) == "error"
| summarize times = count() by event = tostring(line.event)
'''
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        whom.id
      ]
    }
  }
}
