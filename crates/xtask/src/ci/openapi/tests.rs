use serde_json::json;

use super::*;

/// A description with most of what ours has.
fn before() -> Value {
    json!({
        "info": {"version": "1.4.0"},
        "paths": {
            "/quotes": {
                "parameters": [{"in": "header", "name": "Prefer", "schema": {"type": "string"}}],
                "get": {"responses": {"200": {"description": ""}}},
                "post": {
                    "parameters": [{"$ref": "#/components/parameters/Trace"}],
                    "requestBody": {"content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Ask"}},
                        "text/json": {"schema": {"$ref": "#/components/schemas/Ask"}}
                    }},
                    "responses": {
                        "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Quote"}}}},
                        "422": {"content": {"application/problem+json": {}}}
                    }
                }
            },
            "/health": {"get": {"responses": {"200": {}}}}
        },
        "components": {
            "parameters": {"Trace": {"in": "query", "name": "trace", "schema": {"type": "string", "maxLength": 9}}},
            "schemas": {
                "Ask": {
                    "type": "object",
                    "required": ["value"],
                    "additionalProperties": false,
                    "properties": {
                        "value": {"type": "number", "minimum": 1, "maximum": 100},
                        "mode": {"type": ["string", "null"], "enum": ["TRUCK", "RAIL", null]},
                        "note": {"type": "string", "maxLength": 50},
                        "stops": {"type": "array", "maxItems": 3, "items": {"$ref": "#/components/schemas/Stop"}}
                    }
                },
                "Stop": {"oneOf": [
                    {"$ref": "#/components/schemas/Address"},
                    {"type": "object", "properties": {"via": {"$ref": "#/components/schemas/Stop"}}}
                ]},
                "Address": {"type": "object", "properties": {"city": {"type": "string"}}},
                "Quote": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {
                        "id": {"type": "string"},
                        "price": {"type": "integer"},
                        "state": {"type": "string", "enum": ["OPEN", "DONE"]},
                        "parent": {"$ref": "#/components/schemas/Quote"}
                    }
                }
            }
        }
    })
}

/// What is found after one value of the description was set; `null` takes it away.
fn after(pointer: &str, value: Value) -> Vec<String> {
    let mut new = before();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = new.pointer_mut(parent).unwrap();
    let name = name.replace("~1", "/");
    match (parent, value) {
        (Value::Object(fields), Value::Null) => {
            fields.remove(&name).unwrap();
        }
        (Value::Object(fields), value) => {
            fields.insert(name, value);
        }
        (Value::Array(values), Value::Null) => {
            values.remove(name.parse().unwrap());
        }
        (Value::Array(values), value) => values.push(value),
        (other, _) => panic!("{other}"),
    }
    breaks(&before(), &new).iter().map(ToString::to_string).collect()
}

const ASK: &str = "/components/schemas/Ask";
const QUOTE: &str = "/components/schemas/Quote";

/// Where the description is changed, below the schema of what is asked, and to what; and what is found in `POST /quotes`.
const IN_REQUESTS: &[(&str, &str, &str)] = &[
    ("/required/-", r#""note""#, "body.note: the field is now required"),
    ("/properties/note", "null", "body.note: the field is gone"),
    (
        "/properties/note/minLength",
        "1",
        "body.note: minLength is 1, and was null",
    ),
    (
        "/properties/note/pattern",
        r#""^a""#,
        r#"body.note: pattern is "^a", and was null"#,
    ),
    (
        "/properties/note/enum",
        r#"["a"]"#,
        "body.note: only some values are left",
    ),
    (
        "/properties/value/maximum",
        "99.5",
        "body.value: maximum is 99.5, and was 100",
    ),
    (
        "/properties/value/minimum",
        "2",
        "body.value: minimum is 2, and was 1",
    ),
    (
        "/properties/value/type",
        r#""integer""#,
        "body.value: the type was integer or number and is integer",
    ),
    (
        "/properties/mode/enum/0",
        "null",
        r#"body.mode: the value "TRUCK" is gone"#,
    ),
    (
        "/properties/mode/type",
        r#""string""#,
        "body.mode: the type was null or string and is string",
    ),
    (
        "/properties/stops/maxItems",
        "2",
        "body.stops: maxItems is 2, and was 3",
    ),
];

/// Likewise, below the schema of what is answered.
const IN_RESPONSES: &[(&str, &str, &str)] = &[
    ("/required/0", "null", "201.id: the field may now be missing"),
    ("/properties/price", "null", "201.price: the field is gone"),
    (
        "/properties/price/type",
        r#""number""#,
        "201.price: the type was integer and is integer or number",
    ),
    (
        "/properties/id/type",
        r#"["string", "null"]"#,
        "201.id: the type was string and is null or string",
    ),
    (
        "/properties/state/enum/1",
        "null",
        r#"201.state: the value "DONE" is gone"#,
    ),
];

/// Likewise, anywhere.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("/paths/~1health", "null", "/health: the path is gone"),
    (
        "/paths/~1quotes/get",
        "null",
        "GET /quotes: the operation is gone",
    ),
    (
        "/paths/~1quotes/post/responses/422",
        "null",
        "POST /quotes 422: the response is gone",
    ),
    (
        "/paths/~1quotes/post/responses/422/content",
        "null",
        "POST /quotes 422: application/problem+json is gone",
    ),
    (
        "/paths/~1quotes/post/requestBody/content/text~1json",
        "null",
        "POST /quotes body: text/json is gone",
    ),
    (
        "/paths/~1quotes/post/requestBody/required",
        "true",
        "POST /quotes body: a body is now required",
    ),
    (
        "/paths/~1quotes/parameters/-",
        r#"{"in": "query", "name": "x", "required": true}"#,
        "GET /quotes query x: a new parameter is required",
    ),
    (
        "/components/parameters/Trace/required",
        "true",
        "POST /quotes query trace: the parameter is now required",
    ),
    (
        "/components/parameters/Trace/schema/maxLength",
        "8",
        "POST /quotes query trace: maxLength is 8, and was 9",
    ),
    (
        "/components/schemas/Stop/oneOf/0",
        "null",
        "POST /quotes body.stops[]: the alternative #/components/schemas/Address is gone",
    ),
    (
        "/components/schemas/Address/required",
        r#"["city"]"#,
        "POST /quotes body.stops[].city: the field is now required",
    ),
];

#[test]
fn what_clients_trip_over_is_found() {
    let below = |schema: &'static str, cases: &'static [(&str, &str, &str)]| {
        cases.iter().map(move |(path, value, found)| {
            (format!("{schema}{path}"), *value, format!("POST /quotes {found}"))
        })
    };
    let elsewhere = ELSEWHERE
        .iter()
        .map(|(path, value, found)| ((*path).to_owned(), *value, (*found).to_owned()));
    let cases = below(ASK, IN_REQUESTS)
        .chain(below(QUOTE, IN_RESPONSES))
        .chain(elsewhere);
    for (pointer, value, expected) in cases {
        let found = after(&pointer, serde_json::from_str(value).unwrap());
        assert!(found.contains(&expected), "{pointer} := {value}: {found:?}");
    }
}

#[test]
fn additions_and_relaxations_break_nobody() {
    let ask = |path: &str| format!("{ASK}{path}");
    let quote = |path: &str| format!("{QUOTE}{path}");
    let cases: Vec<(String, Value)> = vec![
        ("/paths/~1new".into(), json!({"get": {"responses": {"200": {}}}})),
        ("/paths/~1health/post".into(), json!({"responses": {"200": {}}})),
        ("/paths/~1health/get/responses/503".into(), json!({})),
        (
            "/paths/~1quotes/parameters/-".into(),
            json!({"in": "query", "name": "x"}),
        ),
        (
            "/paths/~1quotes/post/requestBody/description".into(),
            json!("new words"),
        ),
        (ask("/required/0"), Value::Null),
        (ask("/properties/new"), json!({"type": "string"})),
        (ask("/properties/value/maximum"), json!(1000)),
        (ask("/properties/value/minimum"), Value::Null),
        (ask("/properties/mode/enum/-"), json!("AIR")),
        (ask("/properties/note/type"), json!(["string", "null"])),
        (ask("/additionalProperties"), Value::Null),
        (quote("/required/-"), json!("price")),
        (quote("/properties/new"), json!({"type": "string"})),
        (quote("/properties/state/enum/-"), json!("LOST")),
        (quote("/properties/id/maxLength"), json!(36)),
    ];
    for (pointer, value) in cases {
        assert_eq!(
            after(&pointer, value.clone()),
            Vec::<String>::new(),
            "{pointer} := {value}"
        );
    }
}

#[test]
fn a_description_does_not_break_itself() {
    let ours = std::fs::read(workspace::root().unwrap().join(FILE)).unwrap();
    let ours: Value = serde_json::from_slice(&ours).unwrap();
    assert_eq!(breaks(&ours, &ours), []);
    assert_eq!(breaks(&before(), &before()), []);
}

/// Whatever path, response or schema is taken out of our own description is missed.
#[test]
fn every_operation_and_response_of_ours_is_watched() {
    let ours = std::fs::read(workspace::root().unwrap().join(FILE)).unwrap();
    let ours: Value = serde_json::from_slice(&ours).unwrap();
    let mut tried = 0;
    for (path, methods) in ours["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for status in operation["responses"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(status, _)| status)
            {
                let mut new = ours.clone();
                new["paths"][path][method]["responses"]
                    .as_object_mut()
                    .unwrap()
                    .remove(status);
                let place = format!("{} {path} {status}", method.to_uppercase());
                let expected = Break {
                    place,
                    what: "the response is gone".to_owned(),
                };
                assert_eq!(breaks(&ours, &new), [expected]);
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
}
