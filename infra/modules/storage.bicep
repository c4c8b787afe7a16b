// Where reports, cases, suggestions and screenshots are kept. The bot makes its tables and containers itself.
@minLength(3)
@maxLength(24)
param name string
param location string
param tags object

@description('Object id of the bot\'s identity.')
param identityPrincipalId string

@description('Log Analytics workspace for the audit of deletions.')
param workspaceId string

@description('Days for which deleted or overwritten files can be brought back.')
param recoverableDays int

var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  // checkov:skip=CKV_AZURE_35: staff and DSLs open screenshots from home, by links of ten minutes; no list of addresses holds them. Nobody gets in without a token or such a link.
  // checkov:skip=CKV_AZURE_59: the same; what is public is the door, not what is behind it: anonymous access and account keys are off.
  // checkov:skip=CKV_AZURE_43: the name is a parameter, which is not always followed; main.bicep makes it of "st" and thirteen small letters and digits.
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    // Three zones of the region, and a copy in its pair: for UK South that is UK West.
    name: 'Standard_GZRS'
  }
  properties: {
    accessTier: 'Hot'
    // No keys: what was done can always be told from who did it, and there is nothing that could leak.
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: 'Allow'
    }
    sasPolicy: {
      // The bot's links live for ten minutes; anything longer than an hour was not made by it.
      sasExpirationPeriod: '00.01:00:00'
      expirationAction: 'Log'
    }
    encryption: {
      keySource: 'Microsoft.Storage'
      requireInfrastructureEncryption: true
      services: {
        blob: {
          enabled: true
          keyType: 'Account'
        }
        table: {
          enabled: true
          keyType: 'Account'
        }
      }
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: true
    changeFeed: {
      enabled: true
      retentionInDays: recoverableDays
    }
    deleteRetentionPolicy: {
      enabled: true
      days: recoverableDays
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: recoverableDays
    }
    restorePolicy: {
      // Point-in-time restore; it has to be shorter than the soft delete.
      enabled: true
      days: recoverableDays - 1
    }
  }
}

// Versions of files are not ended by the soft delete: without this rule a screenshot that was deleted for good, as the
// rules of retention ask, would stay as a version for ever.
resource oldVersions 'Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01' = {
  parent: account
  name: 'default'
  dependsOn: [
    blobs
  ]
  properties: {
    policy: {
      rules: [
        {
          name: 'old-versions-go'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: [
                'blockBlob'
              ]
            }
            actions: {
              version: {
                delete: {
                  daysAfterCreationGreaterThan: recoverableDays
                }
              }
            }
          }
        }
      ]
    }
  }
}

// Reports, cases, suggestions and bindings stand in tables, which the bot makes, reads and writes.
// Without it: the bot starts, /readyz says that storage does not answer, and no report is taken.
resource mayUseTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, identityPrincipalId, tableDataContributor)
  scope: account
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', tableDataContributor)
    description: 'The bot keeps reports, cases and suggestions in tables.'
  }
}

// Screenshots and exports stand in blobs; the same role lets the bot ask for the key that signs links of ten minutes.
// Without it: a report is taken, its screenshots are not, and no link to a file opens.
resource mayUseBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, identityPrincipalId, blobDataContributor)
  scope: account
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
    description: 'The bot keeps screenshots and exports in blobs and signs short links to them.'
  }
}

// Table Storage has no soft delete: who deletes the account by mistake deletes every report. Take the lock off first.
resource keep 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'holds-the-reports'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the safeguarding reports of the policy bot. Ask the data protection officer before removing this lock.'
  }
}

// Who deleted what, by identity. Reads and writes are left out: the bot looks at what is due every other second.
resource blobAudit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'deletions'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2023-05-01' = {
  parent: account
  name: 'default'
}

resource tableAudit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'deletions'
  scope: tables
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

output name string = account.name
