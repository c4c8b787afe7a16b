// The machine that the bot runs on: a Linux plan with two copies of one web app, reached over HTTPS only.
param planName string
param appName string
param location string
param tags object
param planSku string
param copies int
param zoneRedundant bool
param identityId string
param identityClientId string
param storageAccountName string
param workspaceId string
param botAdmins string
param trustFile string
param directoryFile string
param teamsAppId string

@description('Python of the web app: 3.11 to 3.13 run the bot.')
param python string = '3.13'

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  // checkov:skip=CKV_AZURE_225: it costs a P…v3 plan; a trust that wants it sets zoneRedundant. A report lies in storage over three zones either way.
  name: planName
  location: location
  tags: tags
  kind: 'linux'
  sku: {
    name: planSku
    capacity: copies
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  // checkov:skip=CKV_AZURE_17: Teams shows no client certificate.
  // checkov:skip=CKV_AZURE_222: Teams comes from the internet.
  name: appName
  location: location
  // azd finds the web app of the service "bot" by this tag.
  tags: union(tags, { 'azd-service-name': 'bot' })
  kind: 'app,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    clientAffinityEnabled: false
    siteConfig: {
      linuxFxVersion: 'PYTHON|${python}'
      appCommandLine: 'python app.py'
      alwaysOn: true
      numberOfWorkers: copies
      healthCheckPath: '/healthz'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      remoteDebuggingEnabled: false
      httpLoggingEnabled: true
      detailedErrorLoggingEnabled: true
      requestTracingEnabled: true
    }
  }
}

// What bot/settings.py reads, and what App Service does. Beside the app and not within it, since its address is one of
// them. They are written anew by each `azd provision`: change a parameter, not the portal's page.
resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  // checkov:skip=CKV_AZURE_13: Teams brings a token of its own, which the bot checks; App Service's sign-in page would shut Teams out.
  // checkov:skip=CKV_AZURE_63: it is on, in the app's siteConfig above; these are only names and values.
  // checkov:skip=CKV_AZURE_65: it is on, in the app's siteConfig above.
  // checkov:skip=CKV_AZURE_66: it is on, in the app's siteConfig above.
  // checkov:skip=CKV_AZURE_80: it is about .NET, and this is Python.
  // checkov:skip=CKV_AZURE_88: nothing is kept on the web app's disk; what is kept is in the storage account.
  // checkov:skip=CKV_AZURE_222: Teams comes from the internet.
  parent: app
  name: 'appsettings'
  properties: {
    // The platform's front end ends TLS and comes in by this address and port; 127.0.0.1 would shut it out.
    HOST: '0.0.0.0'
    PORT: '8000'
    PUBLIC_URL: 'https://${app.properties.defaultHostName}'
    MICROSOFT_APP_TYPE: 'UserAssignedMSI'
    MICROSOFT_APP_ID: identityClientId
    MICROSOFT_APP_TENANT_ID: tenant().tenantId
    AZURE_STORAGE_ACCOUNT: storageAccountName
    // Which identity the storage client takes: a web app may have several.
    AZURE_CLIENT_ID: identityClientId
    BOT_ADMINS: botAdmins
    TRUST_FILE: trustFile
    DIRECTORY_FILE: directoryFile
    TEAMS_APP_ID: teamsAppId
    LOG_FORMAT: 'json'
    // App Service installs requirements.txt after each deployment; it has hashes, so pip checks every file.
    SCM_DO_BUILD_DURING_DEPLOYMENT: 'true'
    // A copy that did not answer /healthz so many times, a minute apart, gets no more requests.
    WEBSITE_HEALTHCHECK_MAXPINGFAILURES: '3'
  }
}

// Deployments prove who they are by Entra; the old passwords for publishing are off.
resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noPublishingPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        // What the bot writes: one JSON line an event.
        category: 'AppServiceConsoleLogs'
        enabled: true
      }
      {
        // Starts, restarts, and why.
        category: 'AppServicePlatformLogs'
        enabled: true
      }
      {
        // Who published something, and how.
        category: 'AppServiceAuditLogs'
        enabled: true
      }
    ]
  }
}

output id string = app.id
output host string = app.properties.defaultHostName
