import * as monaco from 'monaco-editor/editor';

/** Gives Monaco the page's own colours, read where the editor stands, until the function that it returns is called. */
export function followTheme(element: HTMLElement): () => void {
  const isDark = matchMedia('(prefers-color-scheme: dark)');
  // Only a colour that something has tells what a token means on this page.
  const probe = element.appendChild(document.createElement('i'));
  const set = (): void => {
    const token = (name: string): string => {
      probe.style.color = `var(${name})`;
      return hex(getComputedStyle(probe).color);
    };
    const base = isLight(token('--tn-panel')) ? 'vs' : 'vs-dark';
    monaco.editor.defineTheme('tabernetes', {
      base,
      inherit: true,
      rules: [],
      colors: {
        'editor.background': token('--tn-panel'),
        'editor.foreground': token('--tn-text'),
        'editorLineNumber.foreground': token('--tn-grey'),
        'editorWidget.background': token('--tn-raised'),
        'editorWidget.border': token('--tn-line'),
        'editorHoverWidget.background': token('--tn-raised'),
        'editorSuggestWidget.background': token('--tn-raised'),
        'editorGutter.background': token('--tn-panel'),
        focusBorder: '#00000000',
      },
    });
    monaco.editor.setTheme('tabernetes');
  };
  set();
  isDark.addEventListener('change', set);
  return () => {
    isDark.removeEventListener('change', set);
    probe.remove();
  };
}

/** `rgb(25, 29, 35)` as Monaco takes it. */
const hex = (color: string): string =>
  `#${(color.match(/\d+(?:\.\d+)?/g) ?? [])
    .slice(0, 3)
    .map((part) => Math.round(Number(part)).toString(16).padStart(2, '0'))
    .join('')}`;

const isLight = (color: string): boolean => Number.parseInt(color.slice(1, 3), 16) > 127;
