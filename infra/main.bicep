// The trust's Azure: one resource group with everything that the bot needs, and no secret anywhere.
// The bot, its storage and Graph are reached with one managed identity; see docs/install.md for the way through.
targetScope = 'subscription'

@minLength(1)
@maxLength(20)
@description('Short name of this installation, as in "policybot": letters, digits and hyphens. azd calls it the environment.')
param environmentName string

@description('Region of everything but the bot registration, which is global. UK South keeps the data in the UK.')
param location string = 'uksouth'

@description('Who gets the alerts about the bot itself, and the budget\'s: an e-mail address of IT, better a shared one.')
param alertEmail string

@description('First day of the present month, as in 2027-01-01: a budget has to start with a month, and keeps its start.')
param budgetStart string

@description('A month\'s spending, in the subscription\'s currency, that IT wants to be told of. Nothing is switched off.')
@minValue(1)
param budgetAmount int = 60

@description('Entra object id of who deploys. They are the bot\'s first administrator where botAdmins is empty.')
param deployedBy string = ''

@description('Entra object ids, separated by commas, of those who may give channels a purpose.')
param botAdmins string = ''

@description('The trust\'s facts (schools, DSLs, telephone numbers), a path within the folder that is deployed.')
param trustFile string = 'bot/trust/trust.yaml'

@description('CSV of who is whose line manager, a path within the folder that is deployed; empty: Entra alone.')
param directoryFile string = ''

@description('Id of the app in the trust\'s Teams catalogue: known once the package has been uploaded. Empty until then.')
param teamsAppId string = ''

@description('Size of each copy. B1 is enough for a trust; a P…v3 plan adds deployment slots and zone redundancy.')
@allowed(['B1', 'B2', 'B3', 'P0v3', 'P1v3'])
param planSku string = 'B1'

@description('Copies of the bot that run side by side. Two: one goes on while the platform restarts the other.')
@minValue(2)
@maxValue(3)
param copies int = 2

@description('Spread the copies over the region\'s zones. Needs a P…v3 plan, and is decided when the plan is made.')
param zoneRedundant bool = false

@description('What the bot is called in Azure\'s lists. In Teams its name comes from the app package.')
@maxLength(42)
param botDisplayName string = 'Policy Bot'

@description('Days for which deleted or overwritten files can be brought back. Deleted evidence is gone for good after it.')
@minValue(7)
@maxValue(30)
param recoverableDays int = 14

var abbreviations = loadJsonContent('abbreviations.json')
var suffix = toLower(uniqueString(subscription().id, environmentName, location))
var name = '${environmentName}-${suffix}'
var tags = {
  'azd-env-name': environmentName
}

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: '${abbreviations.resourceGroup}${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: '${abbreviations.managedIdentity}${name}'
    location: location
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    name: '${abbreviations.storageAccount}${suffix}'
    location: location
    tags: tags
    identityPrincipalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
    recoverableDays: recoverableDays
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: '${abbreviations.logAnalyticsWorkspace}${name}'
    insightsName: '${abbreviations.applicationInsights}${name}'
    location: location
    tags: tags
  }
}

module web 'modules/web.bicep' = {
  name: 'web'
  scope: group
  params: {
    planName: '${abbreviations.appServicePlan}${name}'
    appName: '${abbreviations.webApp}${name}'
    location: location
    tags: tags
    planSku: planSku
    copies: copies
    zoneRedundant: zoneRedundant
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storage.outputs.name
    workspaceId: monitoring.outputs.workspaceId
    botAdmins: empty(botAdmins) ? deployedBy : botAdmins
    trustFile: trustFile
    directoryFile: directoryFile
    teamsAppId: teamsAppId
  }
}

module bot 'modules/bot.bicep' = {
  name: 'bot'
  scope: group
  params: {
    name: '${abbreviations.botService}${name}'
    displayName: botDisplayName
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    host: web.outputs.host
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    actionGroupName: '${abbreviations.actionGroup}${name}'
    location: location
    tags: tags
    alertEmail: alertEmail
    insightsId: monitoring.outputs.insightsId
    workspaceId: monitoring.outputs.workspaceId
    webAppId: web.outputs.id
    host: web.outputs.host
  }
}

module budget 'modules/budget.bicep' = {
  name: 'budget'
  scope: group
  params: {
    amount: budgetAmount
    start: budgetStart
    alertEmail: alertEmail
  }
}

// azd keeps these with the environment: `azd env get-values` shows them, and `make package` and grant-graph.sh need them.
output MICROSOFT_APP_ID string = identity.outputs.clientId
output MICROSOFT_APP_TENANT_ID string = tenant().tenantId
output BOT_PRINCIPAL_ID string = identity.outputs.principalId
output BOT_HOST string = web.outputs.host
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_STORAGE_ACCOUNT string = storage.outputs.name
