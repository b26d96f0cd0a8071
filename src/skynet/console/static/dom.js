/** Building elements. Data only ever becomes text nodes and attribute values, never markup. */

export const byId = (id) => document.getElementById(id);

export function make(tag, className = "", ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}

export function svg(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** One of the symbols in index.html, coloured by its class. */
export const symbol = (id, className = "") =>
  svg("svg", { class: `symbol ${className}`, "aria-hidden": "true" }, svg("use", { href: `#${id}` }));

/** A number plate as it looks on a vehicle: 皖A·12345 on the colour of its kind. */
export const plate = ({ text, kind }) => make("span", `plate plate-${kind}`, text.replace(/^(\p{Script=Han}[A-Z])/u, "$1·"));
