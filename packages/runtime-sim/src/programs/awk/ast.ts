/** What has a value. */
export type Expr =
  | { readonly op: 'number'; readonly value: number }
  | { readonly op: 'string'; readonly value: string }
  | { readonly op: 'regex'; readonly source: string }
  | { readonly op: 'variable'; readonly name: string }
  | { readonly op: 'field'; readonly index: Expr }
  | { readonly op: 'element'; readonly name: string; readonly keys: readonly Expr[] }
  | { readonly op: 'assign'; readonly operator: string; readonly target: Expr; readonly value: Expr }
  | { readonly op: 'step'; readonly by: 1 | -1; readonly before: boolean; readonly target: Expr }
  | { readonly op: 'unary'; readonly operator: string; readonly value: Expr }
  | { readonly op: 'binary'; readonly operator: string; readonly left: Expr; readonly right: Expr }
  | { readonly op: 'choice'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly op: 'in'; readonly keys: readonly Expr[]; readonly name: string }
  | { readonly op: 'call'; readonly name: string; readonly args: readonly Expr[] }
  | {
      readonly op: 'getline';
      readonly target: Expr | undefined;
      readonly source: Expr | undefined;
      readonly pipe: boolean;
    }
  | { readonly op: 'group'; readonly items: readonly Expr[] };

/** What is done. */
export type Statement =
  | { readonly do: 'expr'; readonly expr: Expr }
  | {
      readonly do: 'print';
      readonly formatted: boolean;
      readonly args: readonly Expr[];
      readonly redirect: string;
      readonly to: Expr | undefined;
    }
  | { readonly do: 'if'; readonly test: Expr; readonly yes: Statement; readonly no: Statement | undefined }
  | {
      readonly do: 'for';
      readonly start: Statement | undefined;
      readonly test: Expr | undefined;
      readonly step: Statement | undefined;
      readonly body: Statement;
      readonly bodyFirst: boolean;
    }
  | { readonly do: 'each'; readonly variable: string; readonly array: string; readonly body: Statement }
  | { readonly do: 'block'; readonly body: readonly Statement[] }
  | { readonly do: 'delete'; readonly name: string; readonly keys: readonly Expr[] | undefined }
  | { readonly do: 'exit' | 'return'; readonly value: Expr | undefined }
  | { readonly do: 'break' | 'continue' | 'next' | 'nextfile' };

/** `pattern, until { body }` */
export interface Rule {
  readonly pattern: 'BEGIN' | 'END' | Expr | undefined;
  readonly until: Expr | undefined;
  readonly body: Statement | undefined;
  /** Inside a range. */
  open: boolean;
}

export interface AwkFunction {
  readonly params: readonly string[];
  readonly body: Statement;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}
