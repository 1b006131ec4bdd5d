// The OpenAPI document for people: every path, what it takes, what it answers, how it fails.

import { byId, h } from "./dom.js";

const last = (reference) => reference.split("/").at(-1);

function kind(schema) {
  if (!schema) return "";
  if (schema.$ref) return h("a", { href: `#${last(schema.$ref)}` }, last(schema.$ref));
  if (schema.anyOf) return joined(schema.anyOf.map(kind), " or ");
  if (schema.enum) return schema.enum.join(", ");
  if (schema.type === "array") return h("span", {}, "list of ", kind(schema.items));
  if (schema.additionalProperties) {
    return h("span", {}, "object of ", kind(schema.additionalProperties));
  }
  return schema.format ?? schema.type ?? "";
}

const joined = (parts, between) =>
  h("span", {}, parts.flatMap((part, position) => (position ? [between, part] : [part])));

const BOUNDS = [["minimum", "≥"], ["exclusiveMinimum", ">"], ["maximum", "≤"],
  ["minLength", "length ≥"], ["maxLength", "length ≤"], ["minItems", "items ≥"],
  ["maxItems", "items ≤"]];

function note(schema) {
  const bounds = BOUNDS.filter(([name]) => schema[name] !== undefined)
    .map(([name, sign]) => `${sign} ${schema[name].toLocaleString("en")}`);
  if (schema.default !== undefined && schema.default !== null) {
    bounds.push(`default ${schema.default}`);
  }
  const example = schema.examples ? `Example: ${JSON.stringify(schema.examples[0])}.` : "";
  return [schema.description, bounds.length ? `${bounds.join(", ")}.` : "", example]
    .filter(Boolean).join(" ");
}

function rows(fields) {
  return h("div", { class: "scroll" }, h("table", {}, h("tbody", {},
    fields.map(([name, schema, required]) => h("tr", {},
      h("th", { scope: "row" }, name, required ? "" : "?"),
      h("td", {}, kind(schema)), h("td", {}, note(schema)))))));
}

function operation(path, method, content) {
  const body = content.requestBody?.content["application/json"].schema;
  const answers = Object.entries(content.responses).map(([status, response]) => h("li", {},
    `${status}: ${response.description} `,
    kind(Object.values(response.content ?? {})[0]?.schema)));
  return h("section", { class: "card" }, h("h2", {}, `${method.toUpperCase()} ${path}`),
    h("p", {}, content.summary),
    body ? h("p", {}, "Body: ", kind(body)) : null,
    content.parameters.length
      ? rows(content.parameters.map((one) => [one.name, { ...one.schema,
        description: one.description }, one.required])) : null,
    h("ul", {}, answers));
}

function type(name, schema) {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {});
  return h("section", { class: "card", id: name }, h("h3", {}, name),
    h("p", {}, schema.description ?? ""),
    rows(fields.map(([field, one]) => [field, one, required.has(field)])));
}

const document_ = await (await fetch("docs.json")).json();
byId("operations").replaceChildren(
  ...Object.entries(document_.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, content]) => operation(path, method, content))),
  h("h2", {}, "Types"),
  ...Object.entries(document_.components.schemas).map(([name, schema]) => type(name, schema)));
if (location.hash) byId(location.hash.slice(1))?.scrollIntoView();
