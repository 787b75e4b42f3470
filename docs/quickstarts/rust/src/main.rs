//! Calls an API with access tokens from Latchkey: reads paths from standard input and prints what the API
//! answers.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs, io};

use reqwest::{Client, RequestBuilder, Response, StatusCode, header};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

/// Replace a token this long before it expires.
const MARGIN: Duration = Duration::from_secs(30);
/// The longest `Retry-After` to wait for.
const PATIENCE: Duration = Duration::from_secs(10);

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Gets access tokens and calls an API with them. Any number of tasks can share it.
struct Latchkey {
    http: Client,
    url: String,
    client_id: String,
    secret_file: String,
    /// Tasks wait for one new token instead of getting one each.
    cache: Mutex<Cache>,
}

struct Cache {
    token: Option<String>,
    renew_at: Instant,
    blocked_until: Instant,
}

#[derive(serde::Deserialize)]
struct Granted {
    access_token: String,
    expires_in: u64,
}

impl Latchkey {
    /// Calls the API with a fresh token. If the API rejects the token, tries once with a new one.
    async fn get(&self, url: &str) -> Result<Response> {
        let call = |token: &str| send(self.http.get(url).bearer_auth(token));
        let token = self.token(None).await?;
        let response = call(&token).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        call(&self.token(Some(&token)).await?).await
    }

    /// The cached token or, if it is old or `rejected`, a new one.
    async fn token(&self, rejected: Option<&str>) -> Result<String> {
        let mut cache = self.cache.lock().await;
        match &cache.token {
            Some(token) if Some(token.as_str()) != rejected && Instant::now() < cache.renew_at => {
                return Ok(token.clone());
            }
            _ => cache.token = None,
        }
        let now = Instant::now();
        if now < cache.blocked_until {
            let seconds = (cache.blocked_until - now).as_secs() + 1;
            return Err(format!("the token quota is used up: try again in {seconds} s").into());
        }
        // Reads the secret anew, so that a rotation needs no restart.
        let secret = fs::read_to_string(&self.secret_file)?;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.client_id),
            ("client_secret", secret.trim()),
        ];
        let response = send(
            self.http
                .post(format!("{}/oauth/token", self.url))
                .form(&form),
        )
        .await?;
        let status = response.status();
        if status != StatusCode::OK {
            if status == StatusCode::TOO_MANY_REQUESTS {
                cache.blocked_until = Instant::now() + retry_after(&response);
            }
            return Err(format!("no token: {} {}", status.as_u16(), response.text().await?).into());
        }
        let granted: Granted = response.json().await?;
        cache.renew_at = now + Duration::from_secs(granted.expires_in).saturating_sub(MARGIN);
        cache.token = Some(granted.access_token.clone());
        Ok(granted.access_token)
    }
}

/// Sends a request. Waits and tries again if the server asks for it.
async fn send(request: RequestBuilder) -> Result<Response> {
    for _ in 0..2 {
        // A copy is impossible only for a body that is a stream.
        let Some(copy) = request.try_clone() else {
            break;
        };
        let response = copy.send().await?;
        let wait = retry_after(&response);
        let is_busy = [
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::SERVICE_UNAVAILABLE,
        ]
        .contains(&response.status());
        if !is_busy || wait > PATIENCE {
            return Ok(response);
        }
        sleep(wait).await;
    }
    Ok(request.send().await?)
}

fn retry_after(response: &Response) -> Duration {
    let value = response.headers().get(header::RETRY_AFTER);
    let seconds = value.and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
    Duration::from_secs(seconds.unwrap_or(1).into())
}

/// The URL of a path. Without the slash it would continue the host, and the token would go to another one.
fn join(api: &str, path: &str) -> Result<String> {
    if path.starts_with('/') {
        Ok(format!("{api}{path}"))
    } else {
        Err("a path must begin with /".into())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let url = env::var("LATCHKEY_URL").unwrap_or_else(|_| "http://127.0.0.1:3000".to_owned());
    let api = env::var("API_URL").unwrap_or_else(|_| url.clone());
    let now = Instant::now();
    let latchkey = Arc::new(Latchkey {
        http: Client::builder().timeout(Duration::from_secs(30)).build()?,
        url,
        client_id: env::var("CLIENT_ID")?,
        secret_file: env::var("CLIENT_SECRET_FILE")?,
        cache: Mutex::new(Cache {
            token: None,
            renew_at: now,
            blocked_until: now,
        }),
    });
    for line in io::stdin().lines() {
        let mut calls = Vec::new();
        for path in line?.split_whitespace() {
            let (latchkey, url) = (latchkey.clone(), join(&api, path));
            calls.push(tokio::spawn(async move { latchkey.get(&url?).await }));
        }
        for call in calls {
            match call.await? {
                Ok(response) => {
                    println!("{} {}", response.status().as_u16(), response.text().await?)
                }
                Err(error) => println!("error: {error}"),
            }
        }
    }
    Ok(())
}
