import type { GraphQLField } from 'graphql';

const MARK = 'isViewerIndependent';

/**
 * The `extensions` of a field whose value follows from its parent object alone: the same for everybody, whatever else
 * was asked. Events whose whole selection is made of such fields are rendered once for all who may see them, so a field
 * that has a rule, a loader or arguments must never carry it. A field without it only costs a rendering per viewer.
 */
export const VIEWER_INDEPENDENT: Readonly<Record<typeof MARK, true>> = { [MARK]: true };

export function isViewerIndependent(field: GraphQLField<unknown, unknown>): boolean {
  return field.extensions[MARK] === true && field.args.length === 0;
}

const TEXT = 'jsonText';

type TextOf = (parent: object) => string | undefined;

/** The `extensions` of such a field whose value its parent may have at hand as JSON text: then that is written. */
export function independentWithText(textOf: TextOf): Readonly<Record<string, unknown>> {
  return { ...VIEWER_INDEPENDENT, [TEXT]: textOf };
}

export function jsonTextOf(field: GraphQLField<unknown, unknown>): TextOf | undefined {
  return field.extensions[TEXT] as TextOf | undefined;
}
