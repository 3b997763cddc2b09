/** Pages of an author who embeds sandboxes. */
export const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: nginx
          image: nginx:1.27 # pinned
`;

const page = (body: string, head = ''): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Deployments</title>
    ${head}
    <script type="module" src="/widget/tabernetes-sandbox.js"></script>
  </head>
  <body>${body}</body>
</html>`;

/** Two sandboxes; a sentence of the page ticks for one of them. */
export const TWO_SANDBOXES = page(`
  <tabernetes-check id="outside" for="first" expect="deployment/web condition=Available">It is available.</tabernetes-check>
  <tabernetes-sandbox id="first" latency="none">
    <pre data-name="web.yaml">${WEB}</pre>
    <tabernetes-check expect="pods -l app=web ready = 3">Three Pods are ready</tabernetes-check>
    <tabernetes-check expect="always pods -l app=web ready >= 3">Never fewer than three are ready</tabernetes-check>
  </tabernetes-sandbox>
  <tabernetes-sandbox id="second" latency="none" layout="cluster events" nodes="1" manual>
    <script type="application/yaml">${WEB}</script>
  </tabernetes-sandbox>`);

/** What a careful site sends: only its own scripts, styles and workers. */
export const STRICT = page(
  `<tabernetes-sandbox latency="none" layout="editor cluster events"><pre>${WEB}</pre></tabernetes-sandbox>`,
  `<meta http-equiv="Content-Security-Policy" content="default-src 'self'" />`,
);

export const WITH_TERMINAL = page(`
  <tabernetes-sandbox latency="none" layout="cluster terminal" run="kubectl get deployments">
    <pre>${WEB}</pre>
  </tabernetes-sandbox>`);
