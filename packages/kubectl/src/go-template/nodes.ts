/** A value in a command. `text` is how messages show it, `at` where it stands. */
export type Operand = { readonly at: number; readonly text: string } & (
  | { readonly type: 'dot' }
  | { readonly type: 'nil' }
  | { readonly type: 'field'; readonly path: readonly string[] }
  | { readonly type: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly type: 'chain'; readonly base: Operand; readonly path: readonly string[] }
  | { readonly type: 'function'; readonly name: string }
  | { readonly type: 'literal'; readonly value: string | boolean | GoNumber }
  | { readonly type: 'pipeline'; readonly pipeline: Pipeline }
);

/** Go tells ints from floats by how they are written. */
export interface GoNumber {
  readonly number: number;
  readonly isFloat: boolean;
}

export interface CommandNode {
  readonly at: number;
  readonly text: string;
  readonly args: readonly Operand[];
}

export interface Pipeline {
  readonly at: number;
  readonly text: string;
  readonly declare: readonly string[];
  /** `=` instead of `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly CommandNode[];
}

export type TemplateNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'action'; readonly pipeline: Pipeline }
  | {
      readonly type: 'if' | 'with' | 'range';
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly type: 'template'; readonly at: number; readonly name: string; readonly pipeline: Pipeline | undefined }
  | { readonly type: 'break' | 'continue' };

export interface ParsedTemplate {
  readonly source: string;
  readonly body: readonly TemplateNode[];
  /** `{{define}}` and `{{block}}`. */
  readonly defined: ReadonlyMap<string, readonly TemplateNode[]>;
}
