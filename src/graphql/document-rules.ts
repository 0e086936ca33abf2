import type { Plugin } from 'graphql-yoga';
import { GraphQLError, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate, visit } from 'graphql';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { TransportLimits } from '../config/config.ts';
import { RequestError } from '../errors.ts';
import { DocumentCache } from './document-cache.ts';
import { findExcess } from './operation-limits.ts';
import { isStorable, UNSTORABLE } from './request-params.ts';

/** Some 12 MiB of parsed documents. */
const CACHED_CHARACTERS = 256 * 1024;
const MAX_VALIDATION_ERRORS = 20;

interface RuleOptions {
  readonly limits: TransportLimits;
  readonly production: boolean;
}

/**
 * Parses and validates documents: size, tokens, limits, then the specification, and in production no introspection.
 * Takes the place of yoga's own cache, which has no bound in bytes.
 */
export function useDocumentRules({ limits, production }: RuleOptions): Plugin {
  const valid = new DocumentCache(CACHED_CHARACTERS);
  const rules = production ? [...specifiedRules, NoSchemaIntrospectionCustomRule] : specifiedRules;

  const findErrors = (schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] => {
    const excess = findExcess(document, limits);
    if (excess.length > 0) return excess;
    if (hasUnstorableText(document)) return [new GraphQLError(UNSTORABLE)];
    // Suggestions are cut from every message in production; here that also saves the time of finding them.
    return validate(schema, document, rules, { maxErrors: MAX_VALIDATION_ERRORS, hideSuggestions: production });
  };

  return {
    onParse({ params, setParsedDocument, setParseFn }) {
      const text = params.source as string;
      const known = valid.get(text);
      if (known !== undefined) {
        setParsedDocument(known);
        return;
      }
      if (Buffer.byteLength(text) > limits.documentBytes) {
        throw new RequestError('BAD_USER_INPUT', `The document is larger than ${limits.documentBytes} bytes.`);
      }
      setParseFn(() => parse(text, { maxTokens: limits.maxTokens }));
    },
    onValidate({ params, setResult, context }) {
      const document = params.documentAST as DocumentNode;
      const text = context.params.query ?? '';
      if (valid.get(text) === document) {
        setResult([]);
        return;
      }
      const errors = findErrors(params.schema as GraphQLSchema, document);
      if (errors.length === 0) valid.add(text, document);
      setResult(errors.map(asClientFault));
    },
  };
}

/** An escape in a literal can spell what the text of the request does not contain. */
function hasUnstorableText(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    StringValue: ({ value }) => {
      found ||= !isStorable(value);
    },
  });
  return found;
}

/** Drops the error that a scalar threw about a literal: an unexpected class of it must not make this a server fault. */
function asClientFault({ message, nodes }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { nodes: nodes ?? null });
}
