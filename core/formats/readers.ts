import type { FormatName } from './names.ts';
import type { Reader } from './reading.ts';
import { readChrome } from './read-chrome.ts';
import { readHar } from './read-har.ts';
import { readJaeger } from './read-jaeger.ts';
import { readLangfuse } from './read-langfuse.ts';
import { readOpenInference } from './read-openinference.ts';
import { readOtlpJson } from './read-otlp-json.ts';
import { readOtlpProtobuf } from './read-otlp-protobuf.ts';
import { readSpeedscope } from './read-speedscope.ts';
import { readZipkin } from './read-zipkin.ts';

/** The formats that are read, and how. */
export const READERS: Readonly<Record<FormatName, Reader>> = {
  'otlp-json': readOtlpJson,
  'otlp-protobuf': readOtlpProtobuf,
  jaeger: readJaeger,
  zipkin: readZipkin,
  chrome: readChrome,
  speedscope: readSpeedscope,
  har: readHar,
  openinference: readOpenInference,
  langfuse: readLangfuse,
};
