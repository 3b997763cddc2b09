import { lazy, Suspense, useCallback, useState } from 'react';
import { useCluster } from '../world/hooks.ts';
import { type Applied, applyDocuments } from './apply.ts';

const CodeEditor = lazy(() => import('./code-editor.tsx'));

const FIRST_FILE = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: nginx
          image: nginx:1.27
          ports:
            - containerPort: 80
          resources:
            requests:
              cpu: 100m
              memory: 64Mi
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
`;

/** Files, their text, and what the cluster said of them. */
export function EditorPanel({ namespace }: { readonly namespace: string }) {
  const cluster = useCluster();
  const [text, setText] = useState(FIRST_FILE);
  const [results, setResults] = useState<readonly Applied[]>([]);
  const [isBusy, setBusy] = useState(false);
  const apply = useCallback(
    async (source: string) => {
      setBusy(true);
      try {
        setResults(await applyDocuments(cluster, source, namespace));
      } finally {
        setBusy(false);
      }
    },
    [cluster, namespace],
  );
  return (
    <section className="editor" aria-label="Editor">
      <div className="file-bar">
        <span className="file">web.yaml</span>
        <button
          type="button"
          className="primary"
          disabled={isBusy}
          onClick={() => void apply(text)}
          title="Apply (Ctrl-Enter)"
        >
          Apply <kbd>⌃⏎</kbd>
        </button>
      </div>
      <Suspense fallback={<pre className="code-fallback">{text}</pre>}>
        <CodeEditor text={text} onChange={setText} onApply={(source) => void apply(source)} />
      </Suspense>
      {results.length > 0 && (
        <ul className="results" aria-live="polite">
          {results.map((result) => (
            <li key={result.name + result.outcome} className={result.outcome}>
              <b>{result.name}</b> {result.outcome}
              {result.message !== '' && <p>{result.message}</p>}
              {result.warnings.map((warning) => (
                <p key={warning} className="warning">
                  Warning: {warning}
                </p>
              ))}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
