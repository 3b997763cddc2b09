import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/register.all';
import 'monaco-editor/languages/definitions/yaml/register';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import { useEffect, useRef } from 'react';
import type { Problem } from './problems.ts';

interface CodeEditorProps {
  readonly text: string;
  /** What the server would not take. */
  readonly problems: readonly Problem[];
  readonly onChange: (text: string) => void;
  readonly onApply: (text: string) => void;
}

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

/** Monaco for YAML. Loaded lazily: it is the largest thing on the page. */
// biome-ignore lint/style/noDefaultExport: React.lazy takes a module with a default export.
export default function CodeEditor({ text, problems, onChange, onApply }: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const handlers = useRef({ onChange, onApply });
  handlers.current = { onChange, onApply };
  const first = useRef(text);
  const model = useRef<monaco.editor.ITextModel>(null);

  useEffect(() => {
    if (place.current === null) return undefined;
    const isDark = matchMedia('(prefers-color-scheme: dark)');
    const theme = (): string => (isDark.matches ? 'vs-dark' : 'vs');
    const editor = monaco.editor.create(place.current, {
      value: first.current,
      language: 'yaml',
      theme: theme(),
      minimap: { enabled: false },
      automaticLayout: true,
      fontSize: 13,
      lineNumbersMinChars: 3,
      scrollBeyondLastLine: false,
      tabSize: 2,
      padding: { top: 8, bottom: 8 },
      overviewRulerLanes: 0,
    });
    model.current = editor.getModel();
    const changed = editor.onDidChangeModelContent(() => handlers.current.onChange(editor.getValue()));
    editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => handlers.current.onApply(editor.getValue()));
    const themed = (): void => monaco.editor.setTheme(theme());
    isDark.addEventListener('change', themed);
    return () => {
      isDark.removeEventListener('change', themed);
      changed.dispose();
      editor.dispose();
    };
  }, []);

  useEffect(() => {
    if (model.current === null || model.current.isDisposed()) return;
    const last = model.current.getLineCount();
    const markers = problems.map(({ line, message, isWarning }) => {
      const at = Math.min(Math.max(1, line), last);
      return {
        severity: isWarning ? monaco.MarkerSeverity.Warning : monaco.MarkerSeverity.Error,
        message,
        startLineNumber: at,
        endLineNumber: at,
        startColumn: model.current?.getLineFirstNonWhitespaceColumn(at) || 1,
        endColumn: model.current?.getLineMaxColumn(at) ?? 1,
      };
    });
    monaco.editor.setModelMarkers(model.current, 'server', markers);
  }, [problems]);

  return <div ref={place} className="monaco" />;
}
