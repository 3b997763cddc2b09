declare global {
  /** Where Monaco looks for its words, once, as it is loaded. */
  var _VSCODE_NLS_LANGUAGE: string | undefined;
}

/** Monaco's own menus in the reader's language: to be awaited before Monaco itself is loaded for the first time. */
export async function loadMonacoLanguage(): Promise<void> {
  if (document.documentElement.lang !== 'ko' || globalThis._VSCODE_NLS_LANGUAGE !== undefined) return;
  await import('monaco-editor/nls/lang/ko');
}
