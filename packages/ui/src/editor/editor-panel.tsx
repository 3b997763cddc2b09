import { imageOfFile, type PageFile } from '@tabernetes/worker/connect';
import { type DragEvent, lazy, type Ref, Suspense, useCallback, useImperativeHandle, useRef, useState } from 'react';
import { isFileName } from '../files/sandbox.ts';
import { saveFile } from '../files/save-file.ts';
import { useMessages } from '../messages/messages.ts';
import { usePageMessages } from '../messages/page-messages.ts';
import { useCluster } from '../world/hooks.ts';
import { type Applied, applyDocuments } from './apply.ts';
import type { CodeEditorHandle } from './code-editor.tsx';
import { DiffDialog } from './diff-dialog.tsx';
import { documentsBetween, documentsOf } from './documents.ts';
import { FileTabs } from './file-tabs.tsx';
import { LARGE } from './large.ts';
import type { LiveDiff } from './live-diff.ts';
import { meantField } from './meant-field.ts';
import { loadMonacoLanguage } from './monaco-language.ts';
import type { Problem } from './problems.ts';
import { Results } from './results.tsx';
import type { ClusterSchema } from './schema/cluster-schema.ts';
import { useClusterSchema } from './use-cluster-schema.ts';
import { useFileCheck } from './use-file-check.ts';
import { useLater } from './use-later.ts';
import './editor.css';

const CodeEditor = lazy(async () => {
  await loadMonacoLanguage();
  return import('./code-editor.tsx');
});
const ExamplesDialog = lazy(() => import('../examples/examples-dialog.tsx'));

/** What the command palette can ask of the editor. */
export interface EditorActions {
  apply(): void;
  diff(): void;
  examples(): void;
  format(): void;
  modernise(): void;
  quickFix(): void;
  download(): void;
  createFile(): void;
  focus(): void;
}

interface EditorPanelProps {
  readonly namespace: string;
  readonly files: readonly PageFile[];
  readonly open: string;
  readonly isReady: boolean;
  /** What is waited for more than the editor is there. */
  readonly isFree: boolean;
  readonly onOpen: (name: string) => void;
  readonly onFiles: (files: readonly PageFile[]) => void;
  readonly ref?: Ref<EditorActions>;
}

/** Files, their text, and what the cluster said of them. */
export function EditorPanel({ namespace, files, open, isReady, isFree, onOpen, onFiles, ref }: EditorPanelProps) {
  const cluster = useCluster();
  const { editor: words } = usePageMessages();
  const { apply: shared } = useMessages();
  const file = files.find(({ name }) => name === open) ?? files[0];
  const { name = '', text = '' } = file ?? {};
  const [applied, setApplied] = useState<{ readonly of: string; readonly list: readonly Applied[] }>(NOTHING);
  const [isBusy, setBusy] = useState(false);
  const [diff, setDiff] = useState<LiveDiff>();
  const [hasExamples, setExamples] = useState(false);
  const code = useRef<CodeEditorHandle>(null);
  const results = applied.of === name ? applied.list : NOTHING.list;
  const schema = useClusterSchema(text.length > LARGE ? '' : text, isReady);
  const hasEditor = useLater(isFree);
  const asText = <pre className="code-fallback">{text.slice(0, LARGE)}</pre>;
  const image = imageOfFile(name);
  const problems = useFileCheck(name, text, { namespace, isReady, round: applied });

  /** The documents that are selected, or all. */
  const chosen = useCallback(() => {
    const selection = code.current?.selection();
    return selection === undefined ? documentsOf(text) : documentsBetween(text, selection.from, selection.to);
  }, [text]);
  const apply = async (): Promise<void> => {
    // The cluster has it already, as it was typed.
    if (image !== undefined) return;
    setBusy(true);
    try {
      setApplied({ of: name, list: await applyDocuments(cluster, text, namespace, { documents: chosen() }) });
    } finally {
      setBusy(false);
    }
  };
  const compare = async (): Promise<void> => {
    if (image !== undefined) return;
    const applied = await applyDocuments(cluster, text, namespace, { documents: chosen(), dryRun: true });
    const { liveDiff } = await import('./live-diff.ts');
    setDiff(liveDiff(applied));
  };

  const change = (next: string): void =>
    onFiles(files.map((each) => (each.name === name ? { name, text: next } : each)));
  const add = (added: readonly PageFile[]): void => {
    const kept = files.filter((each) => !added.some((other) => other.name === each.name));
    onFiles([...kept, ...added]);
    const [first] = added;
    if (first !== undefined) onOpen(first.name);
  };
  const create = (): void => {
    let number = 1;
    while (files.some((each) => each.name === `file-${number}.yaml`)) number++;
    add([{ name: `file-${number}.yaml`, text: '' }]);
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
  const drop = async (event: DragEvent): Promise<void> => {
    const dropped = [...event.dataTransfer.files];
    if (dropped.length === 0) return;
    event.preventDefault();
    add(await Promise.all(dropped.map(async (each) => ({ name: safeName(each.name), text: await each.text() }))));
  };
  const latest = useRef(text);
  latest.current = text;
  useImperativeHandle(ref, () => ({
    apply: () => void apply(),
    diff: () => void compare(),
    examples: () => setExamples(true),
    format: () => code.current?.format(),
    async modernise() {
      const { moderniseFile } = await import('./modernise/modernise.ts');
      const modern = moderniseFile(latest.current);
      if (modern !== undefined) code.current?.replace(modern.text);
    },
    quickFix: () => code.current?.quickFix(),
    download: () => saveFile(name, text, 'application/yaml'),
    createFile: create,
    focus: () => code.current?.focus(),
  }));

  return (
    <section
      className="editor"
      aria-label={shared.editor}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => void drop(event)}
    >
      <div className="file-bar">
        <FileTabs files={files} open={name} onOpen={onOpen} onCreate={create} onRename={rename} onRemove={remove} />
        <span className="file-actions">
          <button type="button" className="quiet" onClick={() => setExamples(true)} title={words.examplesTitle}>
            {words.examples}
          </button>
          <button type="button" className="quiet" onClick={() => void compare()} title={words.diffTitle}>
            {words.diff}
          </button>
          <button
            type="button"
            className="primary"
            disabled={isBusy || image !== undefined}
            onClick={() => void apply()}
            title={words.applyTitle}
          >
            {shared.apply} <kbd>⌃⏎</kbd>
          </button>
        </span>
      </div>
      <Suspense fallback={asText}>
        {hasEditor ? (
          <CodeEditor
            ref={code}
            files={files}
            open={name}
            problems={problems}
            results={results}
            schema={schema}
            onChange={change}
            onApply={() => void apply()}
          />
        ) : (
          asText
        )}
      </Suspense>
      {image === undefined ? (
        <ProblemLine
          text={text}
          problems={problems}
          schema={schema}
          onReveal={(offset) => code.current?.reveal(offset)}
        />
      ) : (
        <p className="problem-line">{words.imageFile(image)}</p>
      )}
      <Results results={results} onReveal={(offset) => code.current?.reveal(offset)} />
      {diff !== undefined && <DiffDialog diff={diff} onClose={() => setDiff(undefined)} />}
      {hasExamples && (
        <Suspense>
          <ExamplesDialog
            onClose={() => setExamples(false)}
            onInsert={(example) => code.current?.append(example)}
            onOpen={(example) => add([example])}
          />
        </Suspense>
      )}
    </section>
  );
}

const NOTHING: { readonly of: string; readonly list: readonly Applied[] } = { of: '', list: [] };

/** A name that the sandbox takes, from whatever a file was called. */
function safeName(name: string): string {
  const safe = name
    .replace(/[^\w.-]/g, '-')
    .replace(/^[^\w]+/, '')
    .slice(0, 100);
  return isFileName(safe) ? safe : 'dropped.yaml';
}

/** The first problem, and how many there are. */
function ProblemLine({
  text,
  problems,
  schema,
  onReveal,
}: {
  readonly text: string;
  readonly schema: ClusterSchema | undefined;
  readonly problems: readonly Problem[];
  readonly onReveal: (offset: number) => void;
}) {
  const { editor: words } = usePageMessages();
  const first = problems.find(({ isWarning }) => !isWarning) ?? problems[0];
  if (text.length > LARGE) {
    return <p className="problem-line">{words.tooLarge}</p>;
  }
  if (first === undefined) return null;
  const meant = meantField(first, schema);
  const line = text.slice(0, first.from).split('\n').length;
  return (
    <button
      type="button"
      className={first.isWarning ? 'problem-line warning' : 'problem-line refused'}
      onClick={() => onReveal(first.from)}
    >
      <b>
        {first.isWarning ? '!' : '✕'} {words.line(line, problems.length - 1)}
      </b>{' '}
      {first.message}
      {meant !== undefined && <em>{` ${words.didYouMean(meant)} ${words.fixKey}`}</em>}
    </button>
  );
}
