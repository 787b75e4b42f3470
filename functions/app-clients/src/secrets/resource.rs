//! The secrets of an App Client in JSON:API: `auth/app-client-secrets`.

use std::slice;

use serde_json::Value;
use shared::app_clients::{AddedSecret, FoundSecret, ListedSecrets};
use shared::http::jsonapi::{Attribute, Kind, Omitted, Preset, Resource, When};
use shared::model::{
    AppClient, AppClientSecret, ClientSecret, Day, LastUses, ResourceType, RotatedEnd,
};

use crate::resource::ShownClient;

/// A live secret of an App Client as the API shows it.
#[derive(Debug)]
pub struct ShownSecret {
    pub(crate) secret: AppClientSecret,
    /// The secret in plain text, in the only response that contains it.
    plain: Option<ClientSecret>,
    last_use: Option<Day>,
    /// The state of the client, which includes that of its secrets.
    state: String,
    /// The URL of the client.
    client: String,
}

impl From<&FoundSecret> for ShownSecret {
    fn from(found: &FoundSecret) -> Self {
        Self::of(&found.client, found.secret.clone(), &found.last_uses)
    }
}

impl ShownSecret {
    /// The secrets of a client.
    #[must_use]
    pub fn all(listed: ListedSecrets) -> Vec<Self> {
        let ListedSecrets {
            client,
            secrets,
            last_uses,
        } = listed;
        let secrets = secrets.into_iter();
        let shown = secrets.map(|secret| Self::of(&client, secret, &last_uses));
        shown.collect()
    }

    /// A secret that was added, in plain text. It has not been used.
    #[must_use]
    pub fn added(added: AddedSecret) -> Self {
        let shown = Self::of(&added.client, added.secret, &added.last_uses);
        Self {
            plain: Some(added.plain),
            ..shown
        }
    }

    fn of(client: &AppClient, secret: AppClientSecret, last_uses: &LastUses) -> Self {
        Self {
            last_use: last_uses.of(secret.place),
            state: last_uses.state_of_secrets(client.revision, slice::from_ref(&secret)),
            secret,
            plain: None,
            client: format!("/{}/{}", ShownClient::TYPE.as_str(), client.id),
        }
    }
}

impl Resource for ShownSecret {
    type Desired = RotatedEnd;
    const TYPE: ResourceType = ResourceType::AppClientSecrets;
    const ATTRIBUTES: &'static [Attribute<Self, RotatedEnd>] = &[
        Attribute {
            name: "clientSecret",
            kind: Kind::Secret("returned only when the secret is added"),
            default: None,
            create: When::Never,
            change: When::Ignored,
            omitted: Omitted::Kept,
            show: |shown| Some(shown.plain.as_ref()?.reveal().into()),
        },
        Attribute {
            name: "lastFour",
            kind: Kind::Given(
                "the last four characters of the secret; `null` for a secret from release 0.1.0",
            ),
            default: None,
            create: When::Never,
            change: When::Equal,
            omitted: Omitted::Kept,
            show: |shown| {
                let last_four = shown.secret.last_four.as_ref();
                Some(last_four.map_or(Value::Null, |four| four.as_str().into()))
            },
        },
        Attribute {
            name: "createdAt",
            kind: Kind::Given("time of creation"),
            default: None,
            create: When::Never,
            change: When::Equal,
            omitted: Omitted::Kept,
            show: |shown| Some(shown.secret.created_at.epoch_seconds().into()),
        },
        Attribute {
            name: "expiresAt",
            kind: Kind::End {
                take: |chosen, end| *chosen = RotatedEnd::Set(end),
            },
            default: Some(Preset::Null),
            create: When::Optional,
            change: When::Optional,
            omitted: Omitted::Reset(|end| *end = RotatedEnd::Set(None)),
            show: |shown| {
                let end = shown.secret.expires_at;
                Some(end.map_or(Value::Null, |end| end.epoch_seconds().into()))
            },
        },
        Attribute {
            name: "lastUsedOn",
            kind: Kind::Given(
                "the day of the last token for the secret, as the time at which it begins in UTC; \
                 `null` if there is none",
            ),
            default: None,
            create: When::Never,
            change: When::Ignored,
            omitted: Omitted::Kept,
            show: |shown| {
                let day = shown.last_use;
                Some(day.map_or(Value::Null, |day| day.start().epoch_seconds().into()))
            },
        },
    ];

    fn id(&self) -> String {
        self.secret.id.to_string()
    }

    fn revision(&self) -> Option<String> {
        Some(self.state.clone())
    }

    fn location(&self) -> Option<String> {
        Some(format!("{}/secrets/{}", self.client, self.secret.id))
    }
}
