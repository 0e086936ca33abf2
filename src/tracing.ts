import type * as OpenTelemetry from '@opentelemetry/api';
import { createRequire } from 'node:module';

export interface SpanOptions {
  readonly kind?: 'SERVER' | 'INTERNAL' | 'PRODUCER' | 'CONSUMER';
  /** Names and ids of declarations and events, never data. */
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** W3C `traceparent` of where it comes from; without one, or with one that is none, the span that is open here. */
  readonly parents?: readonly (string | null | undefined)[];
}

/** Of the span that is open while some work is done. */
export interface OpenSpan {
  rename(name: string): void;
}

/** Where an SDK that was loaded registers itself, by the convention of the API's first major version. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1');
const TRACER = 'signalbox';
const TRACE_PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const UNTRACED: OpenSpan = { rename: () => undefined };
const MAX_LINKS = 100;

const require = createRequire(import.meta.url);
let loaded: typeof OpenTelemetry | null = null;

/** Null unless an SDK was loaded before the program, with `node --import`: then nothing is traced and nothing paid. */
function api(): typeof OpenTelemetry | null {
  const registry = (globalThis as { [REGISTRY]?: { readonly trace?: unknown } })[REGISTRY];
  if (!registry?.trace) return null;
  return (loaded ??= require('@opentelemetry/api') as typeof OpenTelemetry);
}

/** Does the work in a span, which fails as the work does. Of an error the span tells the name, not the message. */
export async function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: (span: OpenSpan) => Promise<Result>,
): Promise<Result> {
  const otel = api();
  if (!otel) return work(UNTRACED);
  const span = begin(otel, name, options);
  try {
    return await otel.context.with(otel.trace.setSpan(otel.context.active(), span), () =>
      work({ rename: (other) => void span.updateName(other) }),
    );
  } catch (error) {
    span.setStatus({ code: otel.SpanStatusCode.ERROR });
    span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
    throw error;
  } finally {
    span.end();
  }
}

/** A span without a length: that something happened. */
export function markSpan(name: string, options: SpanOptions): void {
  const otel = api();
  if (otel) begin(otel, name, options).end();
}

/** W3C `traceparent` of the span that is open here; undefined while nothing is traced. */
export function traceParent(): string | undefined {
  const otel = api();
  const context = otel?.trace.getActiveSpan()?.spanContext();
  if (!otel || !context || !otel.isSpanContextValid(context)) return undefined;
  return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, '0')}`;
}

/** Under its only parent; with several it cannot be in all their traces, and is linked with them. */
function begin(otel: typeof OpenTelemetry, name: string, options: SpanOptions): OpenTelemetry.Span {
  const { kind = 'INTERNAL', attributes = {}, parents = [] } = options;
  const origins = [...new Set(parents)].flatMap((text) => parse(text) ?? []);
  const [only] = origins;
  const here = otel.context.active();
  const context = only && origins.length === 1 ? otel.trace.setSpanContext(here, only) : here;
  const links = origins.length > 1 ? origins.slice(0, MAX_LINKS).map((origin) => ({ context: origin })) : [];
  return otel.trace.getTracer(TRACER).startSpan(name, { kind: otel.SpanKind[kind], attributes, links }, context);
}

function parse(text: string | null | undefined): OpenTelemetry.SpanContext | null {
  const [, traceId, spanId, flags] = TRACE_PARENT.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}
