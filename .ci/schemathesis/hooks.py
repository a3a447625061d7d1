"""What stands between schemathesis and the service."""

import schemathesis


def whole(value):
    """The same with 2 for 2.0.

    To a schema both are whole numbers. The service refuses the second: whoever writes it may also write 2.5,
    and money is whole rupiah.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return int(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {name: whole(item) for name, item in value.items()}
    return value


@schemathesis.hook
def before_call(context, case, kwargs):
    case.body = whole(case.body)
    # Nothing leaves this machine: an address that events would be posted to becomes one where nobody listens.
    if case.operation.definition.raw.get("operationId") == "create_webhook" and isinstance(case.body, dict):
        if str(case.body.get("url", "")).strip().startswith(("http://", "https://")):
            case.body["url"] = "http://127.0.0.1:9/"


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """A body that may be left out and was left out is none that should have been refused.

    Of an optional body the generator makes "nothing" as one of the bodies that are wrong, and then says itself
    that the case has nothing wrong in it.
    """
    return "Invalid component: positive test case" not in failure.message
