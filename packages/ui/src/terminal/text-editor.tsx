import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/register.all';
import 'monaco-editor/languages/definitions/yaml/register';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import { useEffect, useRef } from 'react';
import { followTheme } from '../editor/monaco-theme.ts';
import { useMessages } from '../messages/messages.ts';

interface TextEditorProps {
  readonly text: string;
  readonly fileName: string;
  readonly onChange: (text: string) => void;
  readonly onSave: (text: string) => void;
}

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

/** Monaco for one text, which has the keys at once. Loaded lazily. */
// biome-ignore lint/style/noDefaultExport: React.lazy takes a module with a default export.
export default function TextEditor({ text, fileName, onChange, onSave }: TextEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const { terminal: words } = useMessages();
  const first = useRef({ text, fileName, label: words.editorLabel(fileName) });
  const handlers = useRef({ onChange, onSave });
  handlers.current = { onChange, onSave };
  useEffect(() => {
    if (place.current === null) return undefined;
    const given = first.current;
    // Without an address: what checks the page's files leaves it alone.
    const model = monaco.editor.createModel(given.text, /\.(ya?ml|json)$/.test(given.fileName) ? 'yaml' : 'plaintext');
    const editor = monaco.editor.create(place.current, {
      model,
      minimap: { enabled: false },
      automaticLayout: true,
      fontSize: 13,
      lineNumbersMinChars: 3,
      scrollBeyondLastLine: false,
      tabSize: 2,
      overviewRulerLanes: 0,
      fixedOverflowWidgets: true,
      wordBasedSuggestions: 'off',
      ariaLabel: given.label,
    });
    const unfollowTheme = followTheme(place.current);
    const changed = model.onDidChangeContent(() => handlers.current.onChange(model.getValue()));
    for (const key of [monaco.KeyCode.Enter, monaco.KeyCode.KeyS]) {
      editor.addCommand(monaco.KeyMod.CtrlCmd | key, () => handlers.current.onSave(model.getValue()));
    }
    editor.focus();
    return () => {
      changed.dispose();
      unfollowTheme();
      editor.dispose();
      model.dispose();
    };
  }, []);
  return <div ref={place} className="monaco" />;
}
