//! Decides whether a caller may give a client its roles and its inline policy, or a credential of it:
//! nothing that the caller does not hold.

use super::service::AppClients;
use crate::authorization::Caller;
use crate::fault::Fault;
use crate::model::{
    AccessPolicy, AppClient, ClientInUse, LoggedValue, OrgId, Revision, RoleGrant, RoleId,
};
use crate::refusal::{Refusal, Relation};
use crate::store::{FoundPolicies, PolicyChange, Standing, Terms};

/// The roles in a request.
#[derive(Clone, Debug, Default)]
pub struct SentRoles {
    /// Their ids, each once.
    pub ids: Vec<RoleId>,
    /// Whether they were sent as a list.
    pub is_list: bool,
}

/// What a request grants a client. It was compared with what the caller holds.
#[derive(Debug)]
pub(super) struct Granting {
    /// The roles afterwards.
    roles: Vec<RoleGrant>,
    lists_roles: bool,
    /// The inline policy afterwards, with its revision.
    policy: Option<(Revision, AccessPolicy)>,
    /// Whether the inline policy changes.
    changes_policy: bool,
    /// Whether anything changes. What a request repeats unchanged is no grant.
    is_change: bool,
    given: Vec<(RoleId, Revision)>,
    taken: Vec<RoleId>,
    kept: Vec<(RoleId, Revision)>,
}

/// The roles and the inline policy of a client before a request.
#[derive(Clone, Copy)]
pub(super) struct Former<'a> {
    pub(super) client: &'a AppClient,
    pub(super) policy: Option<&'a AccessPolicy>,
}

impl<'a> From<&'a ClientInUse> for Former<'a> {
    fn from(found: &'a ClientInUse) -> Self {
        Self {
            client: &found.client,
            policy: found.policy.as_ref(),
        }
    }
}

impl AppClients {
    /// What a request grants a client: the roles that it sends, or else the former ones, and likewise the
    /// inline policy. A new client has no former state.
    ///
    /// # Errors
    /// [`Refusal::NotFoundRelated`] when a role does not exist, [`Refusal::NoGrants`], and
    /// [`Refusal::ExceedsPermissions`].
    pub(super) async fn granting(
        &self,
        caller: &Caller,
        former: Option<Former<'_>>,
        roles: Option<&SentRoles>,
        policy: Option<&Option<AccessPolicy>>,
    ) -> Result<Granting, Refusal> {
        let former_roles = former.map_or(&[][..], |former| &former.client.roles);
        let former_ids: Vec<_> = former_roles.iter().map(|role| role.id).collect();
        let former_policy = former.and_then(|former| former.policy);
        let sent = roles.cloned().unwrap_or_else(|| SentRoles {
            ids: former_ids.clone(),
            is_list: former.is_none_or(|former| former.client.lists_roles),
        });
        // A change of another attribute leaves a client without any as it is.
        let names_grants = former.is_none() || roles.is_some() || policy.is_some();
        let policy = policy.map_or(former_policy, Option::as_ref);
        if names_grants && sent.ids.is_empty() && policy.is_none() {
            return Err(Refusal::NoGrants);
        }
        let changes_policy = policy != former_policy;
        let has_same_roles =
            sent.ids.len() == former_ids.len() && sent.ids.iter().all(|id| former_ids.contains(id));
        let is_change = changes_policy || !has_same_roles;
        let found = match is_change {
            true => {
                let all = sent.ids.iter().chain(&former_ids).copied();
                self.store
                    .find_policies(caller.org(), all, None, &mut self.store.rereads())
                    .await?
            }
            // What was shown can be sent back, even if a role is lost.
            false => FoundPolicies::default(),
        };
        let grants = sent.ids.iter().enumerate().map(|(position, id)| {
            let kept = former_roles.iter().find(|role| role.id == *id).cloned();
            let grant = match is_change {
                true => found.roles.get(id).map(|role| role.grant()),
                false => kept,
            };
            let position = sent.is_list.then_some(position);
            grant.ok_or(Refusal::NotFoundRelated(Relation::Role(position)))
        });
        let roles = grants.collect::<Result<Vec<_>, _>>()?;
        if is_change {
            // It is not known what a lost role denied: then the caller has to hold all that remains.
            let former = found.with(former_ids.iter().copied(), former_policy);
            let new = found.with(sent.ids.iter().copied(), policy);
            let (former, new) = (former.unwrap_or_default(), new.unwrap_or_default());
            if !caller.policies().may_change(&former, &new) {
                return Err(Refusal::ExceedsPermissions);
            }
        }
        let (mut given, mut taken, mut kept) = (Vec::new(), Vec::new(), Vec::new());
        for (id, revision) in found.revisions() {
            match (former_ids.contains(&id), sent.ids.contains(&id)) {
                (false, _) => given.push((id, revision)),
                (true, false) => taken.push(id),
                // Without what is taken, they were compared with what the caller holds.
                (true, true) if !caller.policies().allow_everything() => kept.push((id, revision)),
                (true, true) => {}
            }
        }
        let policy = match (policy, former.and_then(|former| former.client.policy)) {
            (None, _) => None,
            (Some(policy), Some(revision)) if !changes_policy => Some((revision, policy.clone())),
            (Some(policy), _) => Some((self.new_revision()?, policy.clone())),
        };
        Ok(Granting {
            roles,
            lists_roles: sent.is_list,
            policy,
            changes_policy,
            is_change,
            given,
            taken,
            kept,
        })
    }

    /// Checks that the caller may receive or set a credential of a client: it has to hold everything that the
    /// client holds. Returns the state of the caller on which that depends; `None` for its own credential.
    ///
    /// # Errors
    /// [`Refusal::ExceedsPermissions`], and [`Refusal::GrantsChanged`] when another request changes what the
    /// client holds at this moment.
    pub(super) async fn may_give_credential<'a>(
        &self,
        caller: &'a Caller,
        client: &AppClient,
    ) -> Result<Option<&'a Standing>, Refusal> {
        if client.id == caller.client() {
            return Ok(None);
        }
        if !caller.policies().allow_everything() {
            let found = self
                .store
                .find_policies_of(client, &mut self.store.rereads())
                .await?;
            let policies = found.of(client).ok_or(Refusal::GrantsChanged)?;
            if !caller.policies().hold_everything_of(&policies) {
                return Err(Refusal::ExceedsPermissions);
            }
        }
        Ok(Some(caller.standing()))
    }

    /// Those of these roles that count their clients and exist, even if they cannot be read: a client that is
    /// deleted is no longer one of them.
    pub(super) async fn counting_roles(
        &self,
        org: OrgId,
        roles: impl Iterator<Item = RoleId>,
    ) -> Result<Vec<RoleId>, Fault> {
        let mut rereads = self.store.rereads();
        self.store.existing_roles(org, roles, &mut rereads).await
    }
}

impl Granting {
    /// The client with what it is granted.
    pub(super) fn apply(&self, client: &mut AppClient) {
        client.roles.clone_from(&self.roles);
        client.lists_roles = self.lists_roles;
        client.policy = self.policy.as_ref().map(|(revision, _)| *revision);
    }

    /// The inline policy afterwards.
    pub(super) fn policy(&self) -> Option<&AccessPolicy> {
        self.policy.as_ref().map(|(_, policy)| policy)
    }

    /// Whether anything changes.
    pub(super) const fn is_change(&self) -> bool {
        self.is_change
    }

    /// What the write depends on, and what else it writes.
    pub(super) fn terms<'a>(&'a self, caller: &'a Caller) -> Terms<'a> {
        let policy = match &self.policy {
            _ if !self.changes_policy => PolicyChange::Kept,
            Some((revision, policy)) => PolicyChange::Written(*revision, policy),
            None => PolicyChange::Removed,
        };
        Terms {
            remaining: None,
            caller: self.is_change.then_some(caller.standing()),
            given: self.given.clone(),
            taken: self.taken.clone(),
            kept: self.kept.clone(),
            policy,
        }
    }
}

/// An inline policy in the log.
pub(super) fn logged(policy: &Option<AccessPolicy>) -> LoggedValue {
    policy.as_ref().map_or(LoggedValue::None, |policy| {
        LoggedValue::Policy(policy.sent().clone())
    })
}
