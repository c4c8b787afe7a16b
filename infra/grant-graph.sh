#!/usr/bin/env bash
# Gives the bot's identity its permissions in Microsoft Graph. A managed identity has no "grant admin consent" button
# in the portal, so this is how it is done. Running it again changes nothing.
#
#     infra/grant-graph.sh PRINCIPAL_ID            both permissions
#     infra/grant-graph.sh PRINCIPAL_ID NAME …     only these
#     infra/grant-graph.sh --remove PRINCIPAL_ID   take all of the bot's permissions in Graph away
#
# PRINCIPAL_ID  object id of the bot's identity: `azd env get-value BOT_PRINCIPAL_ID`
# Needed: Azure CLI, signed in (`az login`) as Privileged Role Administrator or Global Administrator.
#
# User.Read.All                                    who is whose line manager, and people by name or address.
#     Without it: DIRECTORY_FILE, or else the author of a suggestion names the line manager.
# TeamsAppInstallation.ReadWriteSelfForUser.All    put the bot, and no other app, into a line manager's Teams.
#     Without it: a line manager who has not met the bot is not told of a suggestion until they have.
set -euo pipefail

GRAPH=https://graph.microsoft.com/v1.0
GRAPH_APP=00000003-0000-0000-c000-000000000000
BOTH=(User.Read.All TeamsAppInstallation.ReadWriteSelfForUser.All)

remove=false
if [[ ${1:-} == --remove ]]; then
    remove=true
    shift
fi
principal=${1:-}
if [[ ! $principal =~ ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$ ]]; then
    echo "Name the bot's identity by its object id: infra/grant-graph.sh \"\$(azd env get-value BOT_PRINCIPAL_ID)\"" >&2
    exit 2
fi
shift
wanted=("$@")
[[ ${#wanted[@]} -gt 0 ]] || wanted=("${BOTH[@]}")
command -v az >/dev/null || { echo "The Azure CLI (az) was not found." >&2; exit 2; }

graph=$(az rest --method get --url "$GRAPH/servicePrincipals(appId='$GRAPH_APP')?\$select=id" --query id --output tsv)
held() {
    az rest --method get --url "$GRAPH/servicePrincipals/$principal/appRoleAssignments" \
        --query "value[?resourceId=='$graph'].$1" --output tsv
}

if $remove; then
    for assignment in $(held id); do
        az rest --method delete --url "$GRAPH/servicePrincipals/$principal/appRoleAssignments/$assignment" --output none
        echo "Removed one permission."
    done
    echo "The bot has no permission in Microsoft Graph."
    exit 0
fi

present=$(held appRoleId)
for permission in "${wanted[@]}"; do
    role=$(az rest --method get --url "$GRAPH/servicePrincipals/$graph?\$select=appRoles" \
        --query "appRoles[?value=='$permission' && contains(allowedMemberTypes, 'Application')].id" --output tsv)
    if [[ -z $role ]]; then
        echo "Microsoft Graph has no application permission $permission." >&2
        exit 1
    fi
    if [[ $present == *"$role"* ]]; then
        echo "$permission: the bot has it already."
        continue
    fi
    az rest --method post --url "$GRAPH/servicePrincipals/$principal/appRoleAssignments" --output none \
        --headers "Content-Type=application/json" \
        --body "{\"principalId\": \"$principal\", \"resourceId\": \"$graph\", \"appRoleId\": \"$role\"}"
    echo "$permission: granted. It can take an hour until the bot's next token holds it."
done
