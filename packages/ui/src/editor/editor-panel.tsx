import type { PageFile } from '@tabernetes/worker/connect';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { useCluster } from '../world/hooks.ts';
import { type Applied, applyDocuments } from './apply.ts';
import { FileTabs } from './file-tabs.tsx';
import { type Problem, problemsOf } from './problems.ts';

const CodeEditor = lazy(() => import('./code-editor.tsx'));

/** How long a person has not typed before the server is asked what it would say. */
const PAUSE_MS = 600;

const NO_PROBLEMS: { readonly of: string; readonly list: readonly Problem[] } = { of: '', list: [] };

interface EditorPanelProps {
  readonly namespace: string;
  readonly files: readonly PageFile[];
  readonly open: string;
  readonly isReady: boolean;
  readonly onOpen: (name: string) => void;
  readonly onFiles: (files: readonly PageFile[]) => void;
}

/** Files, their text, and what the cluster said of them. */
export function EditorPanel({ namespace, files, open, isReady, onOpen, onFiles }: EditorPanelProps) {
  const cluster = useCluster();
  const file = files.find(({ name }) => name === open) ?? files[0];
  const { name = '', text = '' } = file ?? {};
  const [results, setResults] = useState<readonly Applied[]>([]);
  const [problems, setProblems] = useState<{ readonly of: string; readonly list: readonly Problem[] }>(NO_PROBLEMS);
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
  useEffect(() => {
    if (!isReady) return undefined;
    let isOver = false;
    const timer = self.setTimeout(async () => {
      const applied = await applyDocuments(cluster, text, namespace, { dryRun: true });
      if (!isOver) setProblems({ of: name, list: problemsOf(text, applied) });
    }, PAUSE_MS);
    return () => {
      isOver = true;
      self.clearTimeout(timer);
    };
  }, [cluster, namespace, name, text, isReady]);
  const change = (next: string): void =>
    onFiles(files.map((each) => (each.name === name ? { name, text: next } : each)));
  const create = (): void => {
    let number = 1;
    while (files.some((each) => each.name === `file-${number}.yaml`)) number++;
    onFiles([...files, { name: `file-${number}.yaml`, text: '' }]);
    onOpen(`file-${number}.yaml`);
  };
  const rename = (from: string, to: string): void => {
    onFiles(files.map((each) => (each.name === from ? { name: to, text: each.text } : each)));
    onOpen(to);
  };
  const remove = (removed: string): void => {
    const left = files.filter((each) => each.name !== removed);
    onFiles(left);
    if (removed === name) onOpen(left[0]?.name ?? '');
  };
  return (
    <section className="editor" aria-label="Editor">
      <div className="file-bar">
        <FileTabs files={files} open={name} onOpen={onOpen} onCreate={create} onRename={rename} onRemove={remove} />
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
        <CodeEditor
          key={name}
          text={text}
          problems={problems.of === name ? problems.list : NO_PROBLEMS.list}
          onChange={change}
          onApply={(source) => void apply(source)}
        />
      </Suspense>
      {results.length > 0 && (
        <ul className="results" aria-live="polite">
          {results.map((result) => (
            <li key={result.at} className={result.outcome}>
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
