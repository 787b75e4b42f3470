//! `GenerateSecretString`: the text that CloudFormation generates for a new secret.

use serde::Deserialize;
use serde_json::Value as Json;
use shared::random::Randomness;

/// The id of a version that was generated with its secret. It is the same for every secret, so that
/// such versions can be told from those that a function stored.
pub(super) const VERSION: &str = "00000000-0000-0000-0000-generated000";

/// 62 characters, without punctuation.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The supported properties. Any other one is an error: the text would have another form in the cloud.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TextForm {
    password_length: usize,
    exclude_punctuation: bool,
}

/// Generates a text of this form.
///
/// # Errors
/// The unsupported part of the form, in words.
pub(super) fn text(form: &Json) -> Result<String, String> {
    let form =
        TextForm::deserialize(form).map_err(|error| format!("GenerateSecretString: {error}"))?;
    if !form.exclude_punctuation {
        return Err("GenerateSecretString: punctuation is not supported".to_owned());
    }
    let mut text = String::with_capacity(form.password_length);
    while text.len() < form.password_length {
        let mut bytes = [0; 64];
        let randomness = Randomness::of_the_system();
        randomness
            .fill(&mut bytes)
            .map_err(|error| error.to_string())?;
        // A remainder of 62 or 63 is skipped: no character is more likely than another.
        let digits = bytes
            .iter()
            .filter_map(|byte| ALPHABET.get(usize::from(byte % 64)));
        let missing = form.password_length - text.len();
        text.extend(digits.take(missing).copied().map(char::from));
    }
    Ok(text)
}
