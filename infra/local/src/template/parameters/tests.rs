use super::super::intrinsics::document;
use super::*;

const SECTION: &str = "
Quota: { Type: Number, Default: 20, MinValue: 1, MaxValue: 30 }
Algorithm: { Type: String, Default: RS256, AllowedValues: [RS256, ES256] }
Origins: { Type: String, Default: '', AllowedPattern: '^(https?://[^, ]+)?$' }
";

fn declarations(section: &str) -> Result<Declarations, StartError> {
    Declarations::of(&document(section).unwrap())
}

fn values(set: &[(&str, &str)]) -> Result<BTreeMap<String, String>, StartError> {
    let mut parameters = TemplateParameters::default();
    for (name, value) in set {
        parameters.set(name, value);
    }
    declarations(SECTION).unwrap().values(&parameters)
}

fn error(set: &[(&str, &str)]) -> (String, String) {
    match values(set).unwrap_err() {
        StartError::Parameter(name, reason) => (name, reason),
        other => panic!("{other}"),
    }
}

#[test]
fn an_unset_parameter_has_its_default() {
    let values = values(&[]).unwrap();
    assert_eq!(
        (values["Quota"].as_str(), values["Algorithm"].as_str()),
        ("20", "RS256")
    );
}

#[test]
fn a_set_parameter_has_its_value() {
    let values = values(&[("Quota", "7"), ("Algorithm", "ES256")]).unwrap();
    assert_eq!(
        (values["Quota"].as_str(), values["Algorithm"].as_str()),
        ("7", "ES256")
    );
}

#[test]
fn an_undeclared_parameter_is_rejected() {
    assert_eq!(error(&[("Other", "7")]).0, "Other");
}

#[test]
fn a_parameter_without_a_value_is_rejected() {
    let declarations = declarations("Any: { Type: String }").unwrap();
    let error = declarations
        .values(&TemplateParameters::default())
        .unwrap_err();
    assert!(matches!(error, StartError::Parameter(name, _) if name == "Any"));
}

#[test]
fn a_value_outside_the_allowed_values_is_rejected() {
    let (name, reason) = error(&[("Algorithm", "HS256")]);
    assert_eq!(name, "Algorithm");
    assert_eq!(reason, r#""HS256" is not one of RS256, ES256"#);
}

#[test]
fn a_value_that_does_not_match_the_pattern_is_rejected() {
    assert!(values(&[("Origins", "https://a.example")]).is_ok());
    let (name, reason) = error(&[("Origins", "https://a.example, https://b.example")]);
    assert_eq!(name, "Origins");
    assert!(reason.contains("does not match"), "{reason}");
}

#[test]
fn a_pattern_with_a_description_is_explained_by_it() {
    let section = "Any: { Type: String, AllowedPattern: 'a+', ConstraintDescription: must be a }";
    let declarations = declarations(section).unwrap();
    assert!(declarations.check("Any", "aa").is_ok());
    let error = declarations.check("Any", "b").unwrap_err();
    assert!(error.to_string().contains(r#""b" must be a"#), "{error}");
}

#[test]
fn a_number_below_the_minimum_is_rejected() {
    assert_eq!(error(&[("Quota", "0")]).1, "0 is less than 1");
}

#[test]
fn a_number_above_the_maximum_is_rejected() {
    assert_eq!(error(&[("Quota", "31")]).1, "31 is greater than 30");
}

#[test]
fn text_for_a_number_is_rejected() {
    for text in ["many", "1.5", "1e1", "NaN"] {
        let reason = format!("{text:?} is not a whole number");
        assert_eq!(error(&[("Quota", text)]).1, reason);
    }
}

#[test]
fn a_declaration_with_an_unsupported_type_is_rejected() {
    let error = declarations("Any: { Type: CommaDelimitedList }").unwrap_err();
    assert!(error.to_string().contains("Any: the type"), "{error}");
}

#[test]
fn a_declaration_with_an_unsupported_constraint_is_rejected() {
    let error = declarations("Any: { Type: String, MinLength: 3 }").unwrap_err();
    assert!(error.to_string().contains("MinLength"), "{error}");
}

#[test]
fn a_declaration_with_an_unsupported_pattern_is_rejected() {
    let error = declarations("Any: { Type: String, AllowedPattern: '(?=a)' }").unwrap_err();
    assert!(error.to_string().contains("AllowedPattern"), "{error}");
}
