// Who the bot is: one identity for Teams, for its storage and for Graph. Azure keeps and renews what proves it, so that
// there is no secret to store, to leak or to run out.
param name string
param location string
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
  tags: tags
}

output id string = identity.id
output clientId string = identity.properties.clientId
output principalId string = identity.properties.principalId
