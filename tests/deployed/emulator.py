"""ministack plus the features that Latchkey's template needs, so that the template is deployed unchanged.

This module patches internals of the version in ministack-requirements.txt. It does not emulate scheduled
rotation, nor alarms with metric math.
"""

import asyncio
import json
import logging
import re

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import error_response_json, json_response, new_uuid
from ministack.services import apigateway, lambda_svc, secretsmanager
from ministack.services.cloudformation import provisioners

import stacks

log = logging.getLogger("latchkey")
resources = provisioners._RESOURCE_HANDLERS


def done(answer):
    """The body of a service's response, which must be successful."""
    status, _, body = answer
    if status >= 400:
        raise ValueError(body)
    return json.loads(body) if body else {}


# HTTP API: create the routes of its OpenAPI document.


def import_routes(api_id, properties):
    apigateway._routes[api_id] = {}
    apigateway._integrations[api_id] = {}
    for path, operations in properties["Body"]["paths"].items():
        for method, operation in operations.items():
            integration = operation["x-amazon-apigateway-integration"]
            assert integration["payloadFormatVersion"] == "2.0", integration
            made = done(
                apigateway._create_integration(
                    api_id,
                    {"integrationType": "AWS_PROXY", "integrationUri": integration["uri"]},
                )
            )
            method = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            key = "$default" if operation.get("isDefaultRoute") else f"{method} {path}"
            route = {"routeKey": key, "target": f"integrations/{made['integrationId']}"}
            done(apigateway._create_route(api_id, route))
    log.info("imported %d routes", len(apigateway._routes[api_id]))


def create_api(logical_id, properties, stack_name):
    api_id, attributes = provisioners._apigw_v2_api_create(logical_id, properties, stack_name)
    import_routes(api_id, properties)
    return api_id, attributes


def update_api(api_id, old, new, stack_name, logical_id=None):
    api_id, attributes = provisioners._apigw_v2_api_update(api_id, old, new, stack_name, logical_id)
    import_routes(api_id, new)
    return api_id, attributes


resources["AWS::ApiGatewayV2::Api"].update(create=create_api, update=update_api)


# HTTP API: without a CORS configuration, OPTIONS reaches the routes like every other method.


class RoutedMethod(str):
    """OPTIONS that is unequal to OPTIONS, so that ministack does not answer it before it looks for a route."""

    def __eq__(self, other):
        return False

    __hash__ = str.__hash__


async def execute(api_id, stage, path, method, *request):
    method = RoutedMethod(method) if method == "OPTIONS" else method
    return await execute_in_scope(api_id, stage, path, method, *request)


execute_in_scope, apigateway._handle_execute_in_scope = (
    apigateway._handle_execute_in_scope,
    execute,
)


# Alarms with metric math: accepted, but not created.


def create_alarm(logical_id, properties, stack_name):
    if "Metrics" in properties:
        log.warning("alarm with metric math, not created: %s", logical_id)
        return logical_id, {"Arn": logical_id}
    return provisioners._cw_metric_alarm_create(logical_id, properties, stack_name)


def update_alarm(name, old, new, stack_name, logical_id=None):
    if "Metrics" in new:
        return name, {"Arn": name}
    return provisioners._cw_metric_alarm_update(name, old, new, stack_name, logical_id)


resources["AWS::CloudWatch::Alarm"].update(create=create_alarm, update=update_alarm)


# IAM: the condition key dynamodb:LeadingKeys, with the partition keys of the items in a request.


def leading_keys(request):
    for member in ("Key", "Item"):
        if member in request:
            yield request[member]["pk"]["S"]
    if condition := request.get("KeyConditionExpression"):
        names = request.get("ExpressionAttributeNames", {})
        for name, value in re.findall(r"([#\w]+) = (:\w+)", condition):
            # An index has another partition key.
            if names.get(name, name) == "pk":
                yield request["ExpressionAttributeValues"][value]["S"]
    for table in request.get("RequestItems", {}).values():
        for key in table["Keys"]:
            yield key["pk"]["S"]
    for item in request.get("TransactItems", []):
        for write in item.values():
            yield from leading_keys(write)


def service_context(body):
    keys = list(leading_keys(json.loads(body or b"{}")))
    return known_context(body) | ({"dynamodb:LeadingKeys": keys} if keys else {})


known_context, iam_actions.dynamodb_service_context = (
    iam_actions.dynamodb_service_context,
    service_context,
)


# IAM: for an assumed role, aws:PrincipalArn is the ARN of the role, not of the session. Requests count as
# encrypted: the policy of SAM's bucket denies others.


def condition_key(key, context):
    if key.lower() == "aws:securetransport":
        return "true"
    value = resolve_key(key, context)
    if key.lower() == "aws:principalarn" and ":assumed-role/" in value:
        return re.sub(r":sts:(.*):assumed-role/([^/]+)/.*", r":iam:\1:role/\2", value)
    return value


resolve_key, iam_evaluator._resolve_condition_key = (
    iam_evaluator._resolve_condition_key,
    condition_key,
)


# IAM: log the resource of a denied call. The error leaves it out.


def logged_decision(key, action, service, region, resource_arn="*", service_context=None):
    denied = decide(key, action, service, region, resource_arn, service_context)
    if denied:
        log.warning("denied: %s on %s", action, resource_arn)
    return denied


decide, iam_evaluator.enforce = iam_evaluator.enforce, logged_decision


# Rotation: AWS invokes the function once per step, in order.


def schedule_rotation(_, properties, *more):
    _, secret = secretsmanager._resolve(properties["SecretId"])
    secret["RotationEnabled"] = True
    secret["RotationLambdaARN"] = properties["RotationLambdaARN"]
    days = properties["RotationRules"]["AutomaticallyAfterDays"]
    secret["RotationRules"] = {"AutomaticallyAfterDays": int(days)}
    # AWS rotates at once by default.
    if str(properties.get("RotateImmediatelyOnUpdate", True)).lower() == "true":
        done(rotate({"SecretId": secret["ARN"]}))
    return secret["ARN"], {}


def unschedule_rotation(arn, properties):
    _, secret = secretsmanager._resolve(arn)
    if secret:
        secret["RotationEnabled"] = False


resources["AWS::SecretsManager::RotationSchedule"] = {
    "create": schedule_rotation,
    "update": lambda arn, old, new, stack_name: schedule_rotation(None, new),
    "delete": unschedule_rotation,
}


def rotate(request):
    _, secret = secretsmanager._resolve(request["SecretId"])
    version = request.get("ClientRequestToken") or new_uuid()
    function, configuration, _ = lambda_svc._get_func_record_for_ref(secret["RotationLambdaARN"])
    record = lambda_svc._execution_record_for_config(function, configuration)
    # AWS creates the version before it invokes the function: with a label, but without a value.
    empty = {"SecretString": None, "SecretBinary": None, "CreatedDate": 0, "Stages": []}
    secret["Versions"].setdefault(version, empty)
    secretsmanager._remove_stage_everywhere(secret, "AWSPENDING")
    secretsmanager._add_stage(secret, version, "AWSPENDING")
    for step in ["createSecret", "setSecret", "testSecret", "finishSecret"]:
        event = {"Step": step, "SecretId": secret["ARN"], "ClientRequestToken": version}
        result = lambda_svc._execute_function_with_config_scope(record, event)
        if result.get("error"):
            log.error("rotation, %s: %s", step, result.get("body"))
            break
    return json_response({"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": version})


def secret_value(request):
    status, headers, body = get_secret_value(request)
    if status == 200 and not {"SecretString", "SecretBinary"} & json.loads(body).keys():
        return error_response_json("ResourceNotFoundException", "The version has no value.", 400)
    return status, headers, body


async def secrets_manager(method, path, headers, body, query):
    if headers.get("x-amz-target", "").endswith(".RotateSecret"):
        # In a thread, because the event loop must answer the function's requests.
        return await asyncio.to_thread(rotate, json.loads(body))
    return await handle_request(method, path, headers, body, query)


get_secret_value, handle_request = secretsmanager._get_secret_value, secretsmanager.handle_request
secretsmanager._get_secret_value, secretsmanager.handle_request = secret_value, secrets_manager


if __name__ == "__main__":
    stacks.record_operations()
    app.main()
