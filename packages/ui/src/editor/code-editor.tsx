import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/register.all';
import 'monaco-editor/languages/definitions/javascript/register';
import 'monaco-editor/languages/definitions/yaml/register';
import type { PageFile } from '@tabernetes/worker/connect';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { useMessages } from '../messages/messages.ts';
import { usePageMessages } from '../messages/page-messages.ts';
import type { Applied } from './apply.ts';
import { LARGE } from './large.ts';
import { markDecorations } from './marks.ts';
import { meantField } from './meant-field.ts';
import { followTheme } from './monaco-theme.ts';
import type { Problem } from './problems.ts';
import { offerQuickFixes } from './quick-fixes.ts';
import type { ClusterSchema } from './schema/cluster-schema.ts';
import { type YamlLanguage, yamlLanguage } from './schema/yaml-language.ts';
import { TextAgreement } from './text-agreement.ts';

/** What the page asks of the text editor. */
export interface CodeEditorHandle {
  /** Characters that are selected; undefined when nothing is. */
  selection(): { readonly from: number; readonly to: number } | undefined;
  /** Puts a text at the end, parted from what is there, and shows it. */
  append(text: string): void;
  /** Puts another text in place of all that is there; one step to undo. */
  replace(text: string): void;
  format(): void;
  /** Opens the menu of what mends the problem under the cursor. */
  quickFix(): void;
  focus(): void;
  /** Shows a place and puts the cursor there. */
  reveal(offset: number): void;
}

interface CodeEditorProps {
  readonly files: readonly PageFile[];
  /** The name of the file that is shown. */
  readonly open: string;
  /** What the server would not take. */
  readonly problems: readonly Problem[];
  /** What became of the documents when they were last applied. */
  readonly results: readonly Applied[];
  readonly schema: ClusterSchema | undefined;
  readonly onChange: (text: string) => void;
  readonly onApply: () => void;
  readonly ref?: Ref<CodeEditorHandle>;
}

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

/** Monaco for YAML. Loaded lazily: it is the largest thing on the page. Every file keeps its own history of undoing. */
// biome-ignore lint/style/noDefaultExport: React.lazy takes a module with a default export.
export default function CodeEditor({
  files,
  open,
  problems,
  results,
  schema,
  onChange,
  onApply,
  ref,
}: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<monaco.editor.IStandaloneCodeEditor>(null);
  const models = useRef(new Map<string, OpenModel>());
  const language = useRef<YamlLanguage>(null);
  const words = usePageMessages();
  const shared = useMessages();
  const latest = useRef({ onChange, onApply, problems, schema, words });
  latest.current = { onChange, onApply, problems, schema, words };

  useEffect(() => {
    if (place.current === null) return undefined;
    const known = models.current;
    const created = monaco.editor.create(place.current, { ...OPTIONS, ariaLabel: latest.current.words.editor.label });
    editor.current = created;
    language.current = yamlLanguage();
    const unfollowTheme = followTheme(place.current);
    created.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => latest.current.onApply());
    const fixes = offerQuickFixes({
      problems: () => latest.current.problems,
      schema: () => latest.current.schema,
      words: () => latest.current.words,
    });
    return () => {
      fixes.dispose();
      unfollowTheme();
      created.dispose();
      for (const { dispose } of known.values()) dispose();
      known.clear();
      language.current?.dispose();
    };
  }, []);

  useEffect(() => {
    if (schema !== undefined) language.current?.use(schema);
  }, [schema]);

  useEffect(() => {
    const known = models.current;
    for (const [name, { dispose }] of known) {
      if (files.some((file) => file.name === name)) continue;
      dispose();
      known.delete(name);
    }
    const file = files.find(({ name }) => name === open);
    if (file === undefined) return;
    const of = known.get(open) ?? openModel(file);
    known.set(open, of);
    of.take(file.text);
    if (editor.current?.getModel() === of.model) return;
    editor.current?.saveViewState();
    editor.current?.setModel(of.model);
    of.onEdit((text) => latest.current.onChange(text));
  }, [files, open]);

  useEffect(() => {
    const model = models.current.get(open)?.model;
    if (model === undefined || model.isDisposed()) return;
    monaco.editor.setModelMarkers(
      model,
      'server',
      problems.map((problem) => {
        const meant = meantField(problem, schema);
        return {
          severity: problem.isWarning ? monaco.MarkerSeverity.Warning : monaco.MarkerSeverity.Error,
          message: meant === undefined ? problem.message : `${problem.message}\n${words.editor.didYouMean(meant)}`,
          source: 'server',
          ...rangeOf(model, problem.from, problem.to),
        };
      }),
    );
  }, [problems, open, schema, words]);

  useEffect(() => {
    const model = models.current.get(open)?.model;
    if (model === undefined || model.isDisposed()) return undefined;
    const decorations = editor.current?.createDecorationsCollection(markDecorations(model, results, shared.apply));
    return () => decorations?.clear();
  }, [results, open, shared]);

  useImperativeHandle(ref, () => handleOf(() => editor.current), []);

  return <div ref={place} className="monaco" data-own-keys="Ctrl+Enter" />;
}

const OPTIONS: monaco.editor.IStandaloneEditorConstructionOptions = {
  model: null,
  minimap: { enabled: false },
  automaticLayout: true,
  fontSize: 13,
  lineNumbersMinChars: 3,
  lineDecorationsWidth: 18,
  scrollBeyondLastLine: false,
  tabSize: 2,
  padding: { top: 8, bottom: 8 },
  overviewRulerLanes: 0,
  fixedOverflowWidgets: true,
  wordBasedSuggestions: 'off',
  quickSuggestions: { other: true, comments: false, strings: true },
};

interface OpenModel {
  readonly model: monaco.editor.ITextModel;
  /** Puts a text there that came from elsewhere: from a reload, from the terminal. */
  take(text: string): void;
  onEdit(listener: (text: string) => void): void;
  dispose(): void;
}

function openModel({ name, text }: PageFile): OpenModel {
  const uri = monaco.Uri.parse(`file:///${encodeURIComponent(name)}`);
  const language = text.length > LARGE ? 'plaintext' : languageOf(name);
  const model = monaco.editor.createModel(text, language, uri);
  let listener: ((text: string) => void) | undefined;
  const agreement = new TextAgreement(text);
  let isTaking = false;
  model.onDidChangeContent(() => {
    const now = model.getValue();
    if (now.length > LARGE && model.getLanguageId() === 'yaml') monaco.editor.setModelLanguage(model, 'plaintext');
    if (isTaking) return;
    agreement.typed(now);
    listener?.(now);
  });
  return {
    model,
    take(next) {
      if (!agreement.hears(next)) return;
      isTaking = true;
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text: next }], () => null);
      isTaking = false;
    },
    onEdit(next) {
      listener = next;
    },
    dispose: () => model.dispose(),
  };
}

function languageOf(name: string): string {
  if (name.endsWith('.js')) return 'javascript';
  return /\.(ya?ml|json)$/.test(name) ? 'yaml' : 'plaintext';
}

function rangeOf(model: monaco.editor.ITextModel, from: number, to: number): monaco.IRange {
  return monaco.Range.fromPositions(model.getPositionAt(from), model.getPositionAt(Math.max(to, from + 1)));
}

function handleOf(current: () => monaco.editor.IStandaloneCodeEditor | null): CodeEditorHandle {
  const put = (range: monaco.IRange, text: string): void => {
    const editor = current();
    editor?.pushUndoStop();
    editor?.executeEdits('page', [{ range, text, forceMoveMarkers: true }]);
    editor?.pushUndoStop();
  };
  const run = (id: string): void => {
    current()?.focus();
    void current()?.getAction(id)?.run();
  };
  const reveal = (offset: number): void => {
    const editor = current();
    const position = editor?.getModel()?.getPositionAt(offset);
    if (editor === null || position === undefined) return;
    editor.setPosition(position);
    editor.revealPositionNearTop(position);
    editor.focus();
  };
  return {
    selection() {
      const model = current()?.getModel();
      const range = current()?.getSelection();
      if (model === null || model === undefined || range === null || range === undefined || range.isEmpty())
        return undefined;
      return { from: model.getOffsetAt(range.getStartPosition()), to: model.getOffsetAt(range.getEndPosition()) };
    },
    append(text) {
      const model = current()?.getModel();
      if (model === null || model === undefined) return;
      const end = model.getFullModelRange().getEndPosition();
      const before = model.getValue();
      const parted = before.trim() === '' ? '' : `${before.endsWith('\n') ? '' : '\n'}---\n`;
      const at = before.length + parted.length;
      put(monaco.Range.fromPositions(end), parted + text);
      reveal(at);
    },
    replace(text) {
      const model = current()?.getModel();
      if (model !== null && model !== undefined) put(model.getFullModelRange(), text);
    },
    format: () => run('editor.action.formatDocument'),
    quickFix: () => run('editor.action.quickFix'),
    focus: () => current()?.focus(),
    reveal,
  };
}
