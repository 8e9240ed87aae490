//! The description itself.

use postrust_core::{
    SchemaCache,
    schema_cache::{Column, FuncVolatility, Routine, Table},
};
use serde_json::{Map, Value, json};

use crate::rest::results;

/// The description of the tables, views and functions of one schema.
pub(super) fn of(known: &SchemaCache, schema: &str, host: &str) -> Value {
    let mut tables: Vec<&Table> = known
        .tables
        .values()
        .filter(|table| table.schema == schema && !results::is_shape(table))
        .collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    let mut routines: Vec<&Routine> = known
        .routines
        .values()
        .filter_map(|overloads| overloads.first())
        .filter(|routine| routine.schema == schema)
        .collect();
    routines.sort_by(|a, b| a.name.cmp(&b.name));

    let mut paths = Map::new();
    paths.insert(
        "/".to_owned(),
        json!({"get": {
            "tags": ["Introspection"],
            "summary": "OpenAPI description (this document)",
            "produces": ["application/openapi+json", "application/json"],
            "responses": {"200": {"description": "OK"}},
        }}),
    );
    let mut definitions = Map::new();
    for table in tables {
        paths.insert(format!("/{}", table.name), methods(table));
        definitions.insert(table.name.clone(), definition(table));
    }
    for routine in routines {
        paths.insert(format!("/rpc/{}", routine.name), call(routine));
    }
    let kinds = [
        "application/json",
        "application/vnd.pgrst.object+json;nulls=stripped",
        "application/vnd.pgrst.object+json",
        "text/csv",
    ];
    json!({
        "swagger": "2.0",
        "info": {
            "title": "standard public schema",
            "description": "",
            "version": "14.12",
        },
        "host": host,
        "basePath": "/rest/v1/",
        "schemes": ["http"],
        "consumes": kinds,
        "produces": kinds,
        "paths": paths,
        "definitions": definitions,
        "externalDocs": {
            "description": "PostgREST Documentation",
            "url": "https://docs.postgrest.org/en/latest/references/api.html",
        },
    })
}

/// What may be done with a table.
fn methods(table: &Table) -> Value {
    let filters: Vec<Value> = table
        .columns
        .values()
        .map(|column| json!({"name": column.name, "in": "query", "required": false, "type": "string"}))
        .collect();
    let body = json!({
        "name": table.name, "in": "body", "required": false,
        "schema": {"$ref": format!("#/definitions/{}", table.name)},
    });
    let with = |more: &[Value]| -> Vec<Value> { filters.iter().chain(more).cloned().collect() };
    let operation = |parameters: Vec<Value>, responses: Value| json!({"tags": [table.name], "parameters": parameters, "responses": responses});
    let rows = json!({"type": "array", "items": {"$ref": format!("#/definitions/{}", table.name)}});
    let mut methods = Map::new();
    let paging: Vec<Value> = ["select", "order", "offset", "limit"]
        .map(|name| json!({"name": name, "in": "query", "required": false, "type": "string"}))
        .to_vec();
    methods.insert(
        "get".to_owned(),
        operation(with(&paging), json!({"200": {"description": "OK", "schema": rows}, "206": {"description": "Partial Content"}})),
    );
    if table.insertable {
        methods.insert(
            "post".to_owned(),
            operation(
                vec![body.clone()],
                json!({"201": {"description": "Created"}}),
            ),
        );
    }
    if table.deletable {
        methods.insert(
            "delete".to_owned(),
            operation(
                filters.clone(),
                json!({"204": {"description": "No Content"}}),
            ),
        );
    }
    if table.updatable {
        methods.insert(
            "patch".to_owned(),
            operation(with(&[body]), json!({"204": {"description": "No Content"}})),
        );
    }
    Value::Object(methods)
}

fn definition(table: &Table) -> Value {
    let required: Vec<&str> = table
        .columns
        .values()
        .filter(|column| !column.nullable)
        .map(|column| &*column.name)
        .collect();
    let properties: Map<String, Value> = table
        .columns
        .values()
        .map(|column| (column.name.clone(), property(table, column)))
        .collect();
    let mut definition = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        definition["required"] = json!(required);
    }
    if let Some(description) = &table.description {
        definition["description"] = json!(description);
    }
    definition
}

fn property(table: &Table, column: &Column) -> Value {
    let mut property = json_type(&column.data_type);
    property["format"] = json!(column.data_type);
    if let Some(default) = &column.default {
        property["default"] = json!(default);
    }
    if let Some(longest) = column.max_len {
        property["maxLength"] = json!(longest);
    }
    if !column.enum_values.is_empty() {
        property["enum"] = json!(column.enum_values);
    }
    let key = "Note:\nThis is a Primary Key.<pk/>";
    let mut words: Vec<&str> = column.description.as_deref().into_iter().collect();
    if table.pk_cols.contains(&column.name) {
        words.push(key);
    }
    if !words.is_empty() {
        property["description"] = json!(words.join("\n\n"));
    }
    property
}

/// How a value of a type looks in JSON.
fn json_type(kind: &str) -> Value {
    if let Some(item) = kind.strip_suffix("[]") {
        return json!({"type": "array", "items": json_type(item)});
    }
    match kind {
        "smallint" | "integer" | "bigint" | "int2" | "int4" | "int8" => json!({"type": "integer"}),
        "real" | "double precision" | "numeric" | "float4" | "float8" => json!({"type": "number"}),
        "boolean" | "bool" => json!({"type": "boolean"}),
        "json" | "jsonb" => json!({}),
        _ => json!({"type": "string"}),
    }
}

/// How a function may be called.
fn call(routine: &Routine) -> Value {
    let properties: Map<String, Value> = routine
        .params
        .iter()
        .map(|param| {
            let mut property = json_type(&param.param_type);
            property["format"] = json!(param.param_type);
            (param.name.clone(), property)
        })
        .collect();
    let required: Vec<&str> = routine
        .required_params()
        .map(|param| &*param.name)
        .collect();
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    let tags = json!([format!("(rpc) {}", routine.name)]);
    let answers = json!({"200": {"description": "OK"}});
    let body = json!([{"name": "args", "in": "body", "required": true, "schema": schema}]);
    let mut methods = Map::new();
    if routine.volatility != FuncVolatility::Volatile {
        let arguments: Vec<Value> = routine
            .params
            .iter()
            .map(|param| {
                json!({"name": param.name, "in": "query", "required": param.required,
                    "type": "string", "format": param.param_type})
            })
            .collect();
        let get = json!({"tags": tags, "parameters": arguments, "responses": answers});
        methods.insert("get".to_owned(), get);
    }
    let post = json!({"tags": tags, "parameters": body, "responses": answers});
    methods.insert("post".to_owned(), post);
    Value::Object(methods)
}
