//! Actions in policies: `service:name`.

use super::names::{IamType, canonical_service, is_name};
use super::reason::Reason;
use super::resource::Resources;

/// An action of this service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Action {
    name: &'static str,
    of: IamType,
    scope: ActionScope,
}

/// The least that a resource of a rule has to comprise for an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ActionScope {
    /// All resources of the type.
    All,
    /// One resource.
    One,
}

/// The name of an action.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionName {
    /// An action of this service.
    Iam(Action),
    /// An action of another service, which evaluates it.
    Other {
        /// The service.
        service: String,
        /// The name within the service.
        name: String,
    },
}

/// What a rule says about actions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ActionPattern {
    /// Every action that applies to the resources of the rule.
    Any,
    /// One action.
    One(ActionName),
}

impl Action {
    /// Creates an App Client.
    pub const CREATE_CLIENT: Self = Self::all("IAM:CreateM2MClient", IamType::M2mClient);
    /// Returns an App Client and its secrets.
    pub const GET_CLIENT: Self = Self::one("IAM:GetM2MClient", IamType::M2mClient);
    /// Changes an App Client.
    pub const UPDATE_CLIENT: Self = Self::one("IAM:UpdateM2MClient", IamType::M2mClient);
    /// Deletes an App Client.
    pub const DELETE_CLIENT: Self = Self::one("IAM:DeleteM2MClient", IamType::M2mClient);
    /// Lists App Clients.
    pub const LIST_CLIENTS: Self = Self::all("IAM:ListAllM2MClients", IamType::M2mClient);
    /// Rotates, adds, changes or deletes a secret of an App Client.
    pub const ROTATE_SECRET: Self = Self::one("IAM:RotateM2MClientSecret", IamType::M2mClient);
    /// Creates a role.
    pub const CREATE_ROLE: Self = Self::all("IAM:CreateRole", IamType::Role);
    /// Returns a role.
    pub const GET_ROLE: Self = Self::one("IAM:GetRole", IamType::Role);
    /// Changes a role.
    pub const UPDATE_ROLE: Self = Self::one("IAM:UpdateRole", IamType::Role);
    /// Deletes a role.
    pub const DELETE_ROLE: Self = Self::one("IAM:DeleteRole", IamType::Role);
    /// Lists roles.
    pub const LIST_ROLES: Self = Self::all("IAM:ListAllRoles", IamType::Role);

    /// Every action.
    pub const ALL: [Self; 31] = [
        Self::CREATE_CLIENT,
        Self::GET_CLIENT,
        Self::UPDATE_CLIENT,
        Self::DELETE_CLIENT,
        Self::LIST_CLIENTS,
        Self::ROTATE_SECRET,
        Self::CREATE_ROLE,
        Self::GET_ROLE,
        Self::UPDATE_ROLE,
        Self::DELETE_ROLE,
        Self::LIST_ROLES,
        Self::all("IAM:CreateAPIResource", IamType::ApiResource),
        Self::one("IAM:GetAPIResource", IamType::ApiResource),
        Self::one("IAM:UpdateAPIResource", IamType::ApiResource),
        Self::one("IAM:DeleteAPIResource", IamType::ApiResource),
        Self::all("IAM:ListAllAPIResources", IamType::ApiResource),
        Self::all("IAM:CreateUser", IamType::User),
        Self::one("IAM:GetUser", IamType::User),
        Self::one("IAM:UpdateUser", IamType::User),
        Self::one("IAM:DeleteUser", IamType::User),
        Self::all("IAM:ListAllUsers", IamType::User),
        Self::all("IAM:CreateIdentityProvider", IamType::IdentityProvider),
        Self::one("IAM:GetIdentityProvider", IamType::IdentityProvider),
        Self::one("IAM:UpdateIdentityProvider", IamType::IdentityProvider),
        Self::one("IAM:DeleteIdentityProvider", IamType::IdentityProvider),
        Self::all("IAM:ListAllIdentityProviders", IamType::IdentityProvider),
        Self::all("IAM:CreateOrg", IamType::Org),
        Self::one("IAM:GetOrg", IamType::Org),
        Self::one("IAM:UpdateOrg", IamType::Org),
        Self::one("IAM:DeleteOrg", IamType::Org),
        Self::all("IAM:ListAllOrgs", IamType::Org),
    ];

    const fn all(name: &'static str, of: IamType) -> Self {
        let scope = ActionScope::All;
        Self { name, of, scope }
    }

    const fn one(name: &'static str, of: IamType) -> Self {
        let scope = ActionScope::One;
        Self { name, of, scope }
    }

    /// The name in a policy and in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.name
    }

    /// The name within this service.
    fn name(self) -> &'static str {
        let parts = self.name.split_once(':');
        parts.map_or(self.name, |(_, name)| name)
    }

    /// The type of its resources.
    #[must_use]
    pub const fn resource_type(self) -> IamType {
        self.of
    }

    /// Whether the action concerns all resources of its type at once, such as the creation of one.
    #[must_use]
    pub const fn is_of_all(self) -> bool {
        matches!(self.scope, ActionScope::All)
    }

    /// Whether the action changes something.
    #[must_use]
    pub fn writes(self) -> bool {
        !["Get", "ListAll"]
            .iter()
            .any(|reading| self.name().starts_with(reading))
    }

    /// The resources to which the action applies: those of its type.
    pub(super) fn resources(self) -> Resources {
        Resources::of_type(self.of)
    }

    /// The actions that apply to these resources, which are of one type.
    pub(super) fn applying_to(of: IamType, resources: &Resources) -> impl Iterator<Item = Self> {
        let is_one = resources.is_one();
        let fits = move |action: &Self| action.of == of && !(is_one && action.is_of_all());
        Self::ALL.into_iter().filter(fits)
    }
}

impl ActionName {
    /// Parses `service:name`.
    ///
    /// # Errors
    /// When it is malformed, or an unknown action of IAM.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let (service, name) = text.split_once(':').ok_or(Reason::Malformed)?;
        if !is_name(service) || !is_name(name) {
            return Err(Reason::Malformed);
        }
        if canonical_service(service).is_some() {
            let action = Action::ALL.into_iter().find(|action| action.name() == name);
            return action.map(Self::Iam).ok_or(Reason::UnknownAction);
        }
        Ok(Self::Other {
            service: service.to_owned(),
            name: name.to_owned(),
        })
    }

    /// The resources to which the action may apply.
    pub(super) fn resources(&self) -> Resources {
        match self {
            Self::Iam(action) => action.resources(),
            Self::Other { service, .. } => Resources::of_service(service),
        }
    }

    /// Whether the action concerns all resources of its type at once, such as the creation of one.
    pub(super) fn is_of_all(&self) -> bool {
        matches!(self, Self::Iam(action) if action.is_of_all())
    }

    /// Of these resources, those to which the action applies; `None` if it applies to none of them.
    pub(super) fn among(&self, resources: &Resources) -> Option<Resources> {
        let own = self.resources();
        let applies = own.overlap(resources)?.clone();
        (!self.is_of_all() || applies == own).then_some(applies)
    }
}

impl std::fmt::Display for ActionName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Iam(action) => formatter.write_str(action.as_str()),
            Self::Other { service, name } => write!(formatter, "{service}:{name}"),
        }
    }
}

impl ActionPattern {
    pub(super) fn parse(text: &str) -> Result<Self, Reason> {
        match text {
            "*" => Ok(Self::Any),
            _ => ActionName::parse(text).map(Self::One),
        }
    }

    pub(super) fn matches(&self, action: &ActionName) -> bool {
        match self {
            Self::Any => true,
            Self::One(one) => one == action,
        }
    }
}
