import type { ITheme } from '@xterm/xterm';

/** Colours of programs, readable on the page's panel: dark and light. */
const DARK: ITheme = {
  black: '#3b4252',
  red: '#ff7b72',
  green: '#56d364',
  yellow: '#e3b341',
  blue: '#79c0ff',
  magenta: '#d2a8ff',
  cyan: '#56d4dd',
  white: '#c9d1d9',
  brightBlack: '#8b949e',
  brightRed: '#ffa198',
  brightGreen: '#7ee787',
  brightYellow: '#f2cc60',
  brightBlue: '#a5d6ff',
  brightMagenta: '#e2c5ff',
  brightCyan: '#8ddde4',
  brightWhite: '#f0f6fc',
};
const LIGHT: ITheme = {
  black: '#24292f',
  red: '#b3261e',
  green: '#116329',
  yellow: '#7d4e00',
  blue: '#0550ae',
  magenta: '#6639ba',
  cyan: '#0b6069',
  white: '#57606a',
  brightBlack: '#57606a',
  brightRed: '#a40e26',
  brightGreen: '#1a7f37',
  brightYellow: '#633c01',
  brightBlue: '#0969da',
  brightMagenta: '#8250df',
  brightCyan: '#1b7c83',
  brightWhite: '#24292f',
};

/** The theme of a terminal in this place of the page. */
export function terminalTheme(place: Element): ITheme {
  const css = getComputedStyle(place);
  const [background, foreground, cursor] = [css.backgroundColor, css.color, css.caretColor];
  return { ...(isDark(background) ? DARK : LIGHT), background, foreground, cursor, selectionBackground: '#7f9fbf66' };
}

/** `rgb(13, 17, 23)` */
function isDark(colour: string): boolean {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}
