use super::super::intrinsics::document;
use super::*;

const SECTION: &str = "
Quota: { Type: Number, Default: 20, MinValue: 1, MaxValue: 30 }
Algorithm: { Type: String, Default: RS256, AllowedValues: [RS256, ES256] }
";

fn declarations(section: &str) -> Result<Declarations, StartError> {
    Declarations::of(&document(section).unwrap())
}

fn values(set: &[(&str, &str)]) -> Result<BTreeMap<String, String>, StartError> {
    let mut parameters = Parameters::default();
    for (name, value) in set {
        parameters.set(name, value);
    }
    declarations(SECTION).unwrap().values(&parameters)
}

fn refusal(set: &[(&str, &str)]) -> (String, String) {
    match values(set).unwrap_err() {
        StartError::Parameter(name, reason) => (name, reason),
        other => panic!("{other}"),
    }
}

#[test]
fn a_parameter_that_is_not_set_has_its_default() {
    let values = values(&[]).unwrap();
    assert_eq!(
        (values["Quota"].as_str(), values["Algorithm"].as_str()),
        ("20", "RS256")
    );
}

#[test]
fn a_parameter_has_the_value_that_is_set() {
    let values = values(&[("Quota", "7"), ("Algorithm", "ES256")]).unwrap();
    assert_eq!(
        (values["Quota"].as_str(), values["Algorithm"].as_str()),
        ("7", "ES256")
    );
}

#[test]
fn a_parameter_that_is_not_declared_is_refused() {
    assert_eq!(refusal(&[("Other", "7")]).0, "Other");
}

#[test]
fn a_parameter_without_a_value_is_refused() {
    let declarations = declarations("Any: { Type: String }").unwrap();
    let refusal = declarations.values(&Parameters::default()).unwrap_err();
    assert!(matches!(refusal, StartError::Parameter(name, _) if name == "Any"));
}

#[test]
fn a_value_outside_the_allowed_values_is_refused() {
    let (name, reason) = refusal(&[("Algorithm", "HS256")]);
    assert_eq!(name, "Algorithm");
    assert_eq!(reason, r#""HS256" is not one of RS256, ES256"#);
}

#[test]
fn a_number_below_the_minimum_is_refused() {
    assert_eq!(refusal(&[("Quota", "0")]).1, "0 is less than 1");
}

#[test]
fn a_number_above_the_maximum_is_refused() {
    assert_eq!(refusal(&[("Quota", "31")]).1, "31 is greater than 30");
}

#[test]
fn a_number_with_letters_is_refused() {
    assert_eq!(refusal(&[("Quota", "many")]).1, r#""many" is not a number"#);
}

#[test]
fn a_declaration_of_another_type_is_refused() {
    let refusal = declarations("Any: { Type: CommaDelimitedList }").unwrap_err();
    assert!(refusal.to_string().contains("Any: the type"), "{refusal}");
}

#[test]
fn a_declaration_with_another_constraint_is_refused() {
    let refusal = declarations("Any: { Type: String, MinLength: 3 }").unwrap_err();
    assert!(refusal.to_string().contains("MinLength"), "{refusal}");
}
