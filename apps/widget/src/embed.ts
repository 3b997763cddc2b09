import './tabernetes-sandbox.ts';

/** The page for an iframe: every parameter of the address is an attribute, `yaml` is a manifest. */
const sandbox = document.createElement('tabernetes-sandbox');
for (const [name, value] of new URLSearchParams(location.search)) {
  if (name === 'yaml') {
    const file = document.createElement('pre');
    file.textContent = value;
    sandbox.append(file);
  } else if (/^[a-z]+$/.test(name)) sandbox.setAttribute(name, value);
}
sandbox.setAttribute('height', '100vh');
document.body.append(sandbox);
