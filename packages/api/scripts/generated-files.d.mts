/** Path and text of every generated file. */
export function generatedFiles(): readonly (readonly [path: string, text: string])[];
