//! `POST /auth/app-clients`: makes an App Client and hands out its secret, once.

use std::sync::Arc;

use lambda_http::{Body, Request, Response};
use shared::environment::{Environment, VariableError};
use shared::fault::{Fault, within_request_time};
use shared::jsonapi::app_client::{
    self, AppClientAttributes, AppClientResource, BUILDER, MACHINE_TO_MACHINE,
};
use shared::jsonapi::{
    Answer, ApiError, Created, Identity, Query, ResourceObject, accepts_json_api, answer,
};
use shared::log::note;
use shared::management::Management;
use shared::model::access_policy::Action;
use shared::model::{
    AppClient, ClientId, ClientSecret, ClientStatus, Name, Refused, Revision, RoleId, TokenQuota,
};

/// What lives as long as the instance.
#[derive(Debug)]
pub struct App {
    management: Management,
    default_quota: TokenQuota,
}

impl App {
    /// The endpoint in that environment.
    ///
    /// # Errors
    /// When a variable is missing or makes no sense.
    pub fn new(environment: &Environment) -> Result<Self, VariableError> {
        Ok(Self {
            management: Management::new(environment)?,
            default_quota: environment.variables.default_token_quota()?,
        })
    }
}

/// Answers one request.
pub async fn handle(app: Arc<App>, request: Request) -> Response<Body> {
    answer(within_request_time(create(&app, &request)).await)
}

async fn create(app: &App, request: &Request) -> Result<Answer<AppClientResource>, ApiError> {
    let management = &app.management;
    let caller = management
        .authorize(request, Action::CreateAppClient)
        .await?;
    accepts_json_api(request)?;
    Query::parse(request, &[])?;
    let wanted = Wanted::parse(request)?;
    let role = management.store.find_role(wanted.role).await?;
    let role = role.ok_or_else(app_client::no_such_role)?;
    let random = &management.randomness;
    let secret = ClientSecret::generate(random).map_err(Fault::from)?;
    let now = management.clock.now();
    let client = AppClient {
        id: ClientId::new(random.uuid().map_err(Fault::from)?),
        org: caller.org(),
        name: wanted.name,
        description: wanted.chosen.description.unwrap_or_default(),
        status: wanted.chosen.status.unwrap_or(ClientStatus::Enabled),
        access_token_lifetime: wanted.chosen.access_token_lifetime.unwrap_or_default(),
        token_quota: wanted.chosen.token_quota.unwrap_or(app.default_quota),
        roles: vec![role.grant()],
        secret: secret.hash(),
        created_at: now,
        updated_at: now,
        revision: Revision::new(random.uuid().map_err(Fault::from)?),
    };
    note(request, |notes| notes.app_client = Some(client.id));
    management.store.insert_client(&client).await?;
    let data = AppClientResource::with_secret(&client, &secret);
    let location = data.location();
    Ok(Answer::Created(Created { data, location }))
}

/// What the document asks for.
struct Wanted {
    name: Name,
    chosen: AppClientAttributes,
    role: RoleId,
}

impl Wanted {
    fn parse(request: &Request) -> Result<Self, ApiError> {
        let ResourceObject {
            mut attributes,
            mut relationships,
        } = ResourceObject::parse(request, app_client::TYPE, Identity::New)?;
        let one_of = |expected: &'static str, why| {
            move |text: &str| (text == expected).then_some(()).ok_or(Refused(why))
        };
        let kind = one_of(MACHINE_TO_MACHINE, "must be \"machine_to_machine\"");
        if attributes.text("type", kind).is_none() {
            attributes.missing("type");
        }
        attributes.text("userType", one_of(BUILDER, "must be \"builder\""));
        let mut chosen = AppClientAttributes::take(&mut attributes);
        let name = attributes.finish_with("name", chosen.name.take())?;
        let role = app_client::take_role(&mut relationships)?;
        let role = role.ok_or_else(|| relationships.missing("An App Client needs a role."))?;
        relationships.finish()?;
        Ok(Self { name, chosen, role })
    }
}
