//! App Clients in JSON:API: `auth/app-clients`.

use serde_json::Value;
use shared::app_clients::{Created, SentRoles};
use shared::http::jsonapi::{
    ApiError, Attribute, Kind, Omitted, Preset, Relationship, Relationships, Resource, SentIds,
    When,
};
use shared::model::{
    AccessPolicy, AccessTokenLifetime, AppClient, Chosen, ChosenQuota, ClientInUse, ClientSecret,
    ClientStatus, Description, LastUses, MAXIMUM_ROLES, Name, ResourceType, RoleId, TokenQuota,
};
use shared::refusal::{Refusal, Relation};

/// The only `type` of App Client: a program with a secret.
const MACHINE_TO_MACHINE: &str = "machine_to_machine";
/// The only `userType` of App Client.
const BUILDER: &str = "builder";

/// An App Client as the API shows it.
#[derive(Debug)]
pub struct ShownClient {
    pub(crate) client: AppClient,
    /// The days of its last uses; `None` in a list, which does not show them.
    pub(crate) last_uses: Option<LastUses>,
    /// The inline policy; `None` in a list, which does not show it.
    policy: Option<AccessPolicy>,
    /// The new secret, in the only response that contains it.
    secret: Option<ClientSecret>,
}

impl From<AppClient> for ShownClient {
    fn from(client: AppClient) -> Self {
        Self {
            client,
            last_uses: None,
            policy: None,
            secret: None,
        }
    }
}

impl From<ClientInUse> for ShownClient {
    fn from(found: ClientInUse) -> Self {
        Self {
            client: found.client,
            last_uses: Some(found.last_uses),
            policy: found.policy,
            secret: None,
        }
    }
}

impl ShownClient {
    /// The client with its new secret.
    #[must_use]
    pub fn with_secret(created: Created) -> Self {
        Self {
            client: created.client,
            last_uses: Some(created.last_uses),
            policy: created.policy,
            secret: Some(created.secret),
        }
    }
}

impl Resource for ShownClient {
    type Desired = Chosen;
    const TYPE: ResourceType = ResourceType::AppClients;
    const ATTRIBUTES: &'static [Attribute<Self, Chosen>] = &[
        Attribute {
            name: "clientId",
            kind: Kind::Given("the client ID to authenticate with: the `id` without hyphens"),
            default: None,
            create: When::Never,
            change: When::Equal,
            omitted: Omitted::Kept,
            show: |shown| Some(shown.client.id.client_id().into()),
        },
        Attribute {
            name: "clientSecret",
            kind: Kind::Secret("returned only when the client is created or its secret is rotated"),
            default: None,
            create: When::Never,
            change: When::Ignored,
            omitted: Omitted::Kept,
            show: |shown| Some(shown.secret.as_ref()?.reveal().into()),
        },
        Attribute {
            name: "name",
            kind: Kind::Text {
                length: Name::LENGTH,
                rules: "; not blank; no control or invisible characters",
                take: |chosen, text| Name::parse(text).map(|name| chosen.name = Some(name)),
            },
            default: None,
            create: When::Required,
            change: When::Optional,
            omitted: Omitted::Refused,
            show: |shown| Some(shown.client.name.as_str().into()),
        },
        Attribute {
            name: "description",
            kind: Kind::Text {
                length: Description::LENGTH,
                rules: "; no control characters except line breaks and tabs",
                take: |chosen, text| {
                    Description::parse(text).map(|text| chosen.description = Some(text))
                },
            },
            default: Some(Preset::Text("")),
            create: When::Optional,
            change: When::Optional,
            omitted: Omitted::Reset(|chosen| chosen.description = Some(Description::default())),
            show: |shown| Some(shown.client.description.as_str().into()),
        },
        Attribute {
            name: "type",
            kind: Kind::Constant(MACHINE_TO_MACHINE),
            default: None,
            create: When::Required,
            change: When::Equal,
            omitted: Omitted::Kept,
            show: |_| Some(MACHINE_TO_MACHINE.into()),
        },
        Attribute {
            name: "userType",
            kind: Kind::Constant(BUILDER),
            default: None,
            create: When::Equal,
            change: When::Equal,
            omitted: Omitted::Kept,
            show: |_| Some(BUILDER.into()),
        },
        Attribute {
            name: "status",
            kind: Kind::Choice {
                of: &[
                    ClientStatus::Enabled.as_str(),
                    ClientStatus::Disabled.as_str(),
                ],
                take: |chosen, text| {
                    ClientStatus::parse(text).map(|status| chosen.status = Some(status))
                },
            },
            default: Some(Preset::Text(ClientStatus::Enabled.as_str())),
            create: When::Optional,
            change: When::Optional,
            omitted: Omitted::Kept,
            show: |shown| Some(shown.client.status.as_str().into()),
        },
        Attribute {
            name: "accessTokenLifetime",
            kind: Kind::Number {
                bounds: AccessTokenLifetime::SECONDS,
                unit: "seconds",
                take: |chosen, seconds| {
                    AccessTokenLifetime::from_seconds(seconds)
                        .map(|lifetime| chosen.access_token_lifetime = Some(lifetime))
                },
            },
            default: Some(Preset::Number(AccessTokenLifetime::DEFAULT.seconds())),
            create: When::Optional,
            change: When::Optional,
            omitted: Omitted::Reset(|chosen| {
                chosen.access_token_lifetime = Some(AccessTokenLifetime::DEFAULT);
            }),
            show: |shown| Some(shown.client.access_token_lifetime.seconds().into()),
        },
        Attribute {
            name: "tokenQuota",
            kind: Kind::Number {
                bounds: TokenQuota::TOKENS,
                unit: "tokens per hour",
                take: |chosen, tokens| {
                    TokenQuota::per_hour(tokens)
                        .map(|quota| chosen.token_quota = Some(ChosenQuota::Of(quota)))
                },
            },
            default: Some(Preset::Parameter("TokenQuota")),
            create: When::Optional,
            change: When::Optional,
            omitted: Omitted::Reset(|chosen| chosen.token_quota = Some(ChosenQuota::Default)),
            show: |shown| Some(shown.client.token_quota.tokens().into()),
        },
        Attribute {
            name: "accessPolicy",
            kind: Kind::Structure {
                words: "an access policy that applies to this client alone. Not in lists",
                schema: "AccessPolicy",
                take: |chosen, sent| {
                    chosen.access_policy = Some(Some(AccessPolicy::parse(sent)?));
                    Ok(())
                },
            },
            default: None,
            create: When::Optional,
            change: When::Optional,
            omitted: Omitted::Clearable(|chosen| chosen.access_policy = Some(None)),
            show: |shown| Some(shown.policy.as_ref()?.sent().clone()),
        },
        Attribute {
            name: "createdAt",
            kind: Kind::Given("time of creation"),
            default: None,
            create: When::Never,
            change: When::Equal,
            omitted: Omitted::Kept,
            show: |shown| Some(shown.client.created_at.epoch_seconds().into()),
        },
        Attribute {
            name: "updatedAt",
            kind: Kind::Given("time of the last change"),
            default: None,
            create: When::Never,
            change: When::Ignored,
            omitted: Omitted::Kept,
            show: |shown| Some(shown.client.updated_at.epoch_seconds().into()),
        },
        Attribute {
            name: "lastUsedOn",
            kind: Kind::Given(
                "day of the last token: the time at which it begins in UTC; null if there is none. Not in lists",
            ),
            default: None,
            create: When::Never,
            change: When::Ignored,
            omitted: Omitted::Kept,
            show: |shown| {
                let day = shown.last_uses.as_ref()?.client;
                Some(day.map_or(Value::Null, |day| day.start().epoch_seconds().into()))
            },
        },
    ];

    fn id(&self) -> String {
        self.client.id.to_string()
    }

    fn revision(&self) -> Option<String> {
        let last_uses = self.last_uses.unwrap_or_default();
        Some(last_uses.state(self.client.revision))
    }

    fn relationship(&self) -> Option<Relationship> {
        let roles = self.client.roles.iter();
        Some(Relationship {
            resource_type: ResourceType::Roles,
            ids: roles.map(|role| role.id.to_string()).collect(),
            is_list: self.client.lists_roles,
        })
    }
}

/// Parses the roles of the client in a document, if it has the relationship.
pub(crate) fn take_roles(relationships: &mut Relationships) -> Result<Option<SentRoles>, ApiError> {
    let sent = relationships.take(ResourceType::Roles, MAXIMUM_ROLES)?;
    let Some(SentIds { ids, is_list }) = sent else {
        return Ok(None);
    };
    let ids = ids.iter().enumerate().map(|(position, id)| {
        let position = is_list.then_some(position);
        RoleId::from_id(id).ok_or(Refusal::NotFoundRelated(Relation::Role(position)))
    });
    let ids = ids.collect::<Result<_, _>>()?;
    Ok(Some(SentRoles { ids, is_list }))
}
