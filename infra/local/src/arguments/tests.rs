use super::*;

fn parsed(arguments: &[&str]) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from([&["local"], arguments].concat())
}

#[test]
fn the_defaults_are_port_3000_and_a_data_directory() {
    let arguments = parsed(&[]).unwrap();
    assert_eq!(arguments.listen.to_string(), "127.0.0.1:3000");
    assert!(matches!(arguments.storage(), Storage::Directory(path) if path.ends_with(".latchkey")));
    assert_eq!(arguments.issuer, None);
    assert_eq!(arguments.template.parameters().count(), 0);
}

#[test]
fn a_value_follows_a_space_or_an_equals_sign() {
    for arguments in [
        &["--listen", "[::1]:0", "--ephemeral"][..],
        &["--ephemeral", "--listen=[::1]:0"],
    ] {
        let arguments = parsed(arguments).unwrap();
        assert_eq!(arguments.listen.to_string(), "[::1]:0");
        assert!(matches!(arguments.storage(), Storage::Ephemeral));
    }
}

#[test]
fn options_of_the_deployment_are_parameters_of_the_template() {
    let arguments = parsed(&[
        "--default-audience=https://api.example.com",
        "--token-quota=7",
        "--signing-algorithm=EdDSA",
        "--allowed-origins=https://a.example,http://localhost:5173",
    ]);
    let arguments = arguments.unwrap();
    let parameters: Vec<_> = arguments.template.parameters().collect();
    assert_eq!(
        parameters,
        [
            ("DefaultAudience", "https://api.example.com"),
            ("TokenQuota", "7"),
            ("SigningAlgorithm", "EdDSA"),
            ("AllowedOrigins", "https://a.example,http://localhost:5173"),
        ]
    );
    assert_eq!(arguments.template.signing_algorithm(), Some("EdDSA"));
}

#[test]
fn an_issuer_is_a_scheme_a_host_and_a_port() {
    for issuer in [
        "http://localhost:3000",
        "https://latchkey.example.com",
        "http://my_container:8080",
        "http://[::1]:3000",
    ] {
        let arguments = parsed(&["--issuer", issuer]).unwrap();
        assert_eq!(arguments.issuer.as_deref(), Some(issuer));
    }
}

#[test]
fn another_form_of_an_issuer_is_rejected_with_the_normal_form() {
    for issuer in [
        "http://localhost:3000/",
        "http://LOCALHOST:3000",
        "HTTP://localhost:3000",
        "http://user@localhost:3000",
        "http://localhost:3000/path",
        "http://localhost:3000?query",
    ] {
        let error = parsed(&["--issuer", issuer]).unwrap_err().to_string();
        assert!(
            error.contains("normal form: http://localhost:3000\n"),
            "{error}"
        );
    }
}

#[test]
fn an_issuer_with_characters_that_no_host_name_has_is_rejected() {
    for character in "\"'!$&()*+,;={}~`".chars() {
        let issuer = format!("http://a{character}b");
        let error = parsed(&["--issuer", &issuer]).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{issuer}");
        let error = error.to_string();
        assert!(error.contains("no host name has"), "{error}");
    }
}

#[test]
fn allowed_origins_are_those_that_a_browser_can_send() {
    for origins in [
        "",
        "https://app.example.com",
        "https://App.Example.com,http://localhost:5173",
        "https://xn--bcher-kva.example:8443",
        "http://my_container:8080",
        "http://[::1]:3000",
        "https://a:44,https://a:80,https://a:442,https://a:4430",
        "http://a:8,http://a:81,http://a:443,http://a:800",
    ] {
        let arguments = parsed(&["--allowed-origins", origins]);
        assert!(arguments.is_ok(), "{origins}");
    }
}

#[test]
fn invalid_arguments_are_rejected() {
    for arguments in [
        &["--other"][..],
        &["listen"],
        &["--listen"],
        &["--listen", "3000"],
        &["--data-dir="],
        &["--ephemeral", "--data-dir", "x"],
        &["--issuer", "localhost:3000"],
        &["--issuer", "ftp://localhost"],
        &["--issuer="],
        &["--token-quota", "0"],
        &["--token-quota", "1000001"],
        &["--token-quota", "1.5"],
        &["--token-quota", "many"],
        &["--signing-algorithm", "HS256"],
        &["--signing-algorithm", "rs256"],
        &["--allowed-origins", "*"],
        &["--allowed-origins", "https://a.example, https://b.example"],
    ] {
        let error = parsed(arguments).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{arguments:?}");
    }
}

#[test]
fn the_help_shows_the_defaults_and_values_of_the_template() {
    let help = Arguments::command().render_help().to_string();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let template = include_str!("../../../../template.yaml");
    let declared = |parameter: &str, member: &str| {
        let (_, declaration) = template.split_once(&format!("\n  {parameter}:\n")).unwrap();
        let (_, value) = declaration.split_once(&format!(" {member}: ")).unwrap();
        value
            .lines()
            .next()
            .unwrap()
            .trim_matches(['[', ']', '"'])
            .to_owned()
    };
    let quota = |member| declared("TokenQuota", member);
    let (least, most, default) = (quota("MinValue"), quota("MaxValue"), quota("Default"));
    let shown = format!("from {least} to {most} [default: {default}]");
    assert!(help.contains(&shown), "{help}");
    let values = declared("SigningAlgorithm", "AllowedValues").replace(", EdDSA", " or EdDSA");
    assert!(help.contains(&values), "{help}");
    let default = declared("SigningAlgorithm", "Default");
    assert!(help.contains(&format!("[default: {default}]")), "{help}");
    for parameter in ["DefaultAudience", "AllowedOrigins"] {
        assert_eq!(declared(parameter, "Default"), "");
    }
}
