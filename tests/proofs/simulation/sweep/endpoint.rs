//! The endpoints, in each state of an instance that leads to different calls.

use std::time::Duration;

use tests::Damage;
use tokio::time::sleep;

use crate::simulation::ask::{Ask, Attributes, Manage, Rotating, Terms};
use crate::simulation::dice::Dice;
use crate::simulation::world::World;

/// An endpoint, on an instance in a certain state.
#[derive(Clone, Copy, Debug)]
pub(super) enum Endpoint {
    TokenFromColdInstance,
    TokenFromWarmInstance,
    /// Another instance has rolled the bucket.
    TokenAfterRoll,
    /// The client was changed by another instance.
    TokenAfterChange,
    /// The signing keys have to be read again.
    TokenWithStaleKeys,
    TokenForWrongSecret,
    TokenWithExceededQuota,
    TokenForTornClient,
    TokenForClientWithoutGate,
    CreateClient,
    GetClient,
    GetSelf,
    ListClients,
    UpdateClient,
    UpdateTornClient,
    UpdateExpectedState,
    UpdateNothing,
    ReplaceClient,
    RotateSecret,
    RotateSecretWithoutGate,
    RotateSecretOfExpectedState,
    RotateSecretWithOverlap,
    ListSecrets,
    AddSecret,
    EndSecret,
    RemoveSecret,
    /// With an idempotency key.
    CreateClientOnce,
    RotateSecretOnce,
    AddSecretOnce,
    /// The request was made before.
    RepeatRotation,
    DeleteClient,
    DeleteClientWithoutGate,
    DeleteExpectedState,
    /// The instance has the key set cached. The management endpoints above have to read it.
    DeleteFromWarmInstance,
    /// An administrator removes itself, and another one has to be found.
    DisableSelf,
    DeleteSelf,
    ListRoles,
    GetRole,
    KeySet,
    Metadata,
}

/// A request that concerns a new client, to a new instance.
pub(super) struct Trial {
    pub(super) instance: usize,
    pub(super) ask: Ask,
    pub(super) client: String,
    pub(super) secret: String,
}

impl Endpoint {
    pub(super) const ALL: [Self; 40] = [
        Self::TokenFromColdInstance,
        Self::TokenFromWarmInstance,
        Self::TokenAfterRoll,
        Self::TokenAfterChange,
        Self::TokenWithStaleKeys,
        Self::TokenForWrongSecret,
        Self::TokenWithExceededQuota,
        Self::TokenForTornClient,
        Self::TokenForClientWithoutGate,
        Self::CreateClient,
        Self::GetClient,
        Self::GetSelf,
        Self::ListClients,
        Self::UpdateClient,
        Self::UpdateTornClient,
        Self::UpdateExpectedState,
        Self::UpdateNothing,
        Self::ReplaceClient,
        Self::RotateSecret,
        Self::RotateSecretWithoutGate,
        Self::RotateSecretOfExpectedState,
        Self::RotateSecretWithOverlap,
        Self::ListSecrets,
        Self::AddSecret,
        Self::EndSecret,
        Self::RemoveSecret,
        Self::CreateClientOnce,
        Self::RotateSecretOnce,
        Self::AddSecretOnce,
        Self::RepeatRotation,
        Self::DeleteClient,
        Self::DeleteClientWithoutGate,
        Self::DeleteExpectedState,
        Self::DeleteFromWarmInstance,
        Self::DisableSelf,
        Self::DeleteSelf,
        Self::ListRoles,
        Self::GetRole,
        Self::KeySet,
        Self::Metadata,
    ];

    /// The status of the answer without faults.
    pub(super) const fn status(self) -> u16 {
        match self {
            Self::TokenForWrongSecret => 401,
            Self::TokenWithExceededQuota => 429,
            Self::CreateClient | Self::CreateClientOnce | Self::AddSecret | Self::AddSecretOnce => {
                201
            }
            Self::DeleteClient
            | Self::DeleteClientWithoutGate
            | Self::DeleteExpectedState
            | Self::DeleteFromWarmInstance
            | Self::DeleteSelf
            | Self::RemoveSecret => 204,
            Self::TokenForTornClient | Self::TokenForClientWithoutGate => 503,
            _ => 200,
        }
    }

    /// The damage of its client.
    const fn damage(self) -> Option<Damage> {
        match self {
            Self::TokenForTornClient | Self::UpdateTornClient => Some(Damage::Torn),
            Self::TokenForClientWithoutGate
            | Self::RotateSecretWithoutGate
            | Self::DeleteClientWithoutGate => Some(Damage::NoGate),
            _ => None,
        }
    }

    /// Creates a client and an instance, and brings both into the state.
    pub(super) async fn prepare(self, world: &World) -> Trial {
        let quota = if matches!(self, Self::TokenWithExceededQuota) {
            1
        } else {
            20
        };
        let (client, mut secret) = world.client(named("Tried", Some(quota))).await;
        let instance = world.add_instance(0);
        if let Some(damage) = self.damage() {
            world.damage(&client, damage).await;
        }
        let admin = world.admin(0).await.unwrap();
        let of_client = || client.clone();
        let manage = match self {
            Self::CreateClient | Self::CreateClientOnce => world.create(named("New", None)),
            Self::GetClient => Manage::Get(of_client()),
            Self::ListClients => Manage::List,
            Self::UpdateClient | Self::UpdateTornClient | Self::UpdateExpectedState => {
                Manage::Patch(of_client(), named("Other", Some(30)))
            }
            Self::UpdateNothing => Manage::Patch(of_client(), world.attributes(&client)),
            Self::ReplaceClient => Manage::Put(of_client(), named("Other", Some(30)), world.role()),
            Self::RotateSecret
            | Self::RotateSecretWithoutGate
            | Self::RotateSecretOfExpectedState
            | Self::RotateSecretOnce
            | Self::RepeatRotation => Manage::Rotate(of_client(), Rotating::default()),
            Self::RotateSecretWithOverlap => {
                let overlap = Some(3_600);
                Manage::Rotate(
                    of_client(),
                    Rotating {
                        overlap,
                        ends: None,
                    },
                )
            }
            Self::ListSecrets => Manage::Secrets(of_client()),
            Self::AddSecret | Self::AddSecretOnce => Manage::AddSecret(of_client(), None),
            Self::EndSecret | Self::RemoveSecret => {
                let secret = world.any_secret(&client, &mut Dice::new(0)).unwrap();
                match self {
                    Self::RemoveSecret => Manage::RemoveSecret(of_client(), secret),
                    _ => Manage::EndSecret(of_client(), secret, Some(world.in_days(90))),
                }
            }
            Self::DeleteClient | Self::DeleteClientWithoutGate | Self::DeleteExpectedState => {
                Manage::Delete(of_client())
            }
            Self::DeleteFromWarmInstance => {
                // Each function has its own cache of the key set.
                let other = world.client(named("Gone", None)).await.0;
                world.manage(instance, Manage::Delete(other)).await.unwrap();
                Manage::Delete(of_client())
            }
            Self::ListRoles => Manage::Roles,
            Self::GetRole => Manage::Role(world.role()),
            Self::GetSelf | Self::DisableSelf | Self::DeleteSelf => {
                let bearer = world.token(0, &client, &secret).await.unwrap();
                let manage = match self {
                    Self::DisableSelf => Manage::Patch(of_client(), disabled()),
                    Self::DeleteSelf => Manage::Delete(of_client()),
                    _ => Manage::Get(of_client()),
                };
                let ask = Ask::Manage(bearer, manage, Terms::default());
                return Trial {
                    instance,
                    ask,
                    client,
                    secret,
                };
            }
            _ => {
                if matches!(self, Self::TokenForWrongSecret) {
                    secret = world.client(named("Else", None)).await.1;
                }
                let ask = self.prepare_token(world, instance, &client, &secret).await;
                return Trial {
                    instance,
                    ask,
                    client,
                    secret,
                };
            }
        };
        let expected = match self {
            Self::UpdateExpectedState
            | Self::RotateSecretOfExpectedState
            | Self::DeleteExpectedState => Some(world.revision(&client).await),
            _ => None,
        };
        let key = match self {
            Self::CreateClientOnce
            | Self::RotateSecretOnce
            | Self::AddSecretOnce
            | Self::RepeatRotation => Some(of_client()),
            _ => None,
        };
        let terms = Terms { expected, key };
        if matches!(self, Self::RepeatRotation) {
            let ask = Ask::Manage(admin.clone(), manage.clone(), terms.clone());
            assert_eq!(world.ask(0, ask).await.status, self.status());
        }
        Trial {
            instance,
            ask: Ask::Manage(admin, manage, terms),
            client,
            secret,
        }
    }

    async fn prepare_token(
        self,
        world: &World,
        instance: usize,
        client: &str,
        secret: &str,
    ) -> Ask {
        match self {
            Self::KeySet => return Ask::KeySet,
            Self::Metadata => return Ask::Metadata,
            Self::TokenFromColdInstance
            | Self::TokenForTornClient
            | Self::TokenForClientWithoutGate => {}
            _ => {
                world.token(instance, client, secret).await;
            }
        }
        match self {
            Self::TokenAfterRoll => {
                sleep(Duration::from_secs(60)).await;
                world.token(0, client, secret).await.unwrap();
            }
            Self::TokenAfterChange => {
                let change = Manage::Patch(client.to_owned(), named("Changed", None));
                world.manage(0, change).await.unwrap();
            }
            Self::TokenWithStaleKeys => sleep(Duration::from_secs(300)).await,
            _ => {}
        }
        Ask::Token {
            client: client.to_owned(),
            secret: secret.to_owned(),
        }
    }
}

fn named(name: &str, quota: Option<u64>) -> Attributes {
    Attributes {
        name: Some(name.to_owned()),
        quota,
        ..Attributes::default()
    }
}

fn disabled() -> Attributes {
    Attributes {
        enabled: Some(false),
        ..Attributes::default()
    }
}
