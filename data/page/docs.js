'use strict';
// Shows /openapi.json; all text is set as textContent.

const make = (tag, text, ...children) => {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  node.append(...children);
  return node;
};

function fields(operation, api) {
  const found = (operation.parameters || []).map((p) => [p.name, p.in, p.description || '', p.required]);
  for (const body of Object.values(operation.requestBody?.content || {})) {
    const schema = api.components.schemas[body.schema.$ref?.split('/').pop()] || {};
    for (const [name, field] of Object.entries(schema.properties || {})) {
      found.push([name, 'body', field.description || '', schema.required?.includes(name)]);
    }
  }
  return found;
}

async function begin() {
  document.getElementById('curl').textContent = `curl -F file=@photo.jpg ${location.origin}/api/colorize -o colored.jpg`;
  const api = await (await fetch('/openapi.json')).json();
  const list = document.getElementById('list');
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      list.append(make('h2', '', make('code', `${method.toUpperCase()} ${path}`)), make('p', operation.description));
      const rows = fields(operation, api).map(([name, where, words, needed]) => make('tr', '', make('td', '', make('code', name)), make('td', `${where}${needed ? ', needed' : ''}`), make('td', words)));
      if (rows.length) list.append(make('table', '', make('tbody', '', ...rows)));
      list.append(make('p', `Answers: ${Object.keys(operation.responses).join(', ')}`));
    }
  }
}

begin();
