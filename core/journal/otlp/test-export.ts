import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { JsonValue } from '../../base/json.ts';

/** Exports in the JSON of OTLP, as tests write them. */
export interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly JsonKeyValue[];
  readonly events?: readonly {
    readonly timeUnixNano: string;
    readonly name: string;
    readonly attributes?: readonly JsonKeyValue[];
  }[];
  readonly status?: { readonly code?: number; readonly message?: string };
}

export interface JsonKeyValue {
  readonly key: string;
  readonly value: JsonAnyValue;
}

export interface JsonAnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly JsonAnyValue[] };
  readonly kvlistValue?: { readonly values: readonly JsonKeyValue[] };
}

/** Attributes of an object, as exporters of JavaScript send them. */
export function keyValues(attributes: Readonly<Record<string, JsonValue>>): readonly JsonKeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValueOf(value) }));
}

function anyValueOf(value: JsonValue): JsonAnyValue {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value))
    return { arrayValue: { values: (value as readonly JsonValue[]).map(anyValueOf) } };
  return { kvlistValue: { values: keyValues(value as Readonly<Record<string, JsonValue>>) } };
}

export function tracesOf(spans: readonly JsonSpan[], resource: Readonly<Record<string, JsonValue>> = {}) {
  return {
    resourceSpans: [
      { resource: { attributes: keyValues(resource) }, scopeSpans: [{ scope: { name: 'test' }, spans }] },
    ],
  };
}

/**
 * The same in Protocol Buffers, written from the numbers in `trace.proto` and apart from what reads them: an
 * ExportTraceServiceRequest.
 */
export function encodeTraces({ resourceSpans }: ReturnType<typeof tracesOf>): Uint8Array {
  const writer = new BinaryWriter();
  for (const { resource, scopeSpans } of resourceSpans) {
    sub(writer, 1, (group) => {
      sub(group, 1, (to) => writeAttributes(to, 1, resource.attributes));
      for (const { scope, spans } of scopeSpans) {
        sub(group, 2, (to) => {
          sub(to, 1, (inner) => writeString(inner, 1, scope.name));
          for (const span of spans) sub(to, 2, (inner) => writeSpan(inner, span));
        });
      }
    });
  }
  return writer.finish();
}

function writeSpan(to: BinaryWriter, span: JsonSpan): void {
  writeId(to, 1, span.traceId);
  writeId(to, 2, span.spanId);
  if (span.traceState) writeString(to, 3, span.traceState);
  if (span.parentSpanId) writeId(to, 4, span.parentSpanId);
  writeString(to, 5, span.name);
  if (span.kind) to.tag(6, WireType.Varint).int32(span.kind);
  to.tag(7, WireType.Bit64).fixed64(span.startTimeUnixNano);
  to.tag(8, WireType.Bit64).fixed64(span.endTimeUnixNano);
  writeAttributes(to, 9, span.attributes ?? []);
  for (const event of span.events ?? []) {
    sub(to, 11, (inner) => {
      inner.tag(1, WireType.Bit64).fixed64(event.timeUnixNano);
      writeString(inner, 2, event.name);
      writeAttributes(inner, 3, event.attributes ?? []);
    });
  }
  const { status } = span;
  if (status) {
    sub(to, 15, (inner) => {
      if (status.message) writeString(inner, 2, status.message);
      if (status.code) inner.tag(3, WireType.Varint).int32(status.code);
    });
  }
}

function writeAttributes(to: BinaryWriter, no: number, attributes: readonly JsonKeyValue[]): void {
  for (const { key, value } of attributes) {
    sub(to, no, (inner) => {
      writeString(inner, 1, key);
      sub(inner, 2, (any) => writeAny(any, value));
    });
  }
}

function writeAny(to: BinaryWriter, value: JsonAnyValue): void {
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = value;
  if (stringValue !== undefined) writeString(to, 1, stringValue);
  if (boolValue !== undefined) to.tag(2, WireType.Varint).bool(boolValue);
  if (intValue !== undefined) to.tag(3, WireType.Varint).int64(intValue);
  if (doubleValue !== undefined) to.tag(4, WireType.Bit64).double(doubleValue);
  if (arrayValue)
    sub(to, 5, (inner) => arrayValue.values.forEach((item) => sub(inner, 1, (any) => writeAny(any, item))));
  if (kvlistValue) sub(to, 6, (inner) => writeAttributes(inner, 1, kvlistValue.values));
}

function writeString(to: BinaryWriter, no: number, text: string): void {
  to.tag(no, WireType.LengthDelimited).string(text);
}

function writeId(to: BinaryWriter, no: number, hex: string): void {
  to.tag(no, WireType.LengthDelimited).bytes(
    Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)),
  );
}

function sub(to: BinaryWriter, no: number, write: (inner: BinaryWriter) => void): void {
  to.tag(no, WireType.LengthDelimited).fork();
  write(to);
  to.join();
}
