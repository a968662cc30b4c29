import { encodeTraces, tracesOf } from '../core/journal/otlp/test-export.ts';
import { decodeWire, type Wire } from './mutate-protobuf.ts';

const AT = { fixed64: 1_763_740_800_000_000_000n };
const attribute = (key: string, value: Wire): Wire => [
  [1, key],
  [2, value],
];
/** As `resource` and `scope` begin every group. */
const RESOURCE: Wire = [[1, attribute('service.name', [[1, 'fuzz']])]];
const SCOPE: Wire = [
  [1, 'fuzz'],
  [2, '1.0'],
];

/** An ExportTraceServiceRequest with one span of a model. */
export function tracesWire(): Wire {
  const span = {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    parentSpanId: 'eee19b7ec3c1b173',
    name: 'chat fuzz',
    kind: 3,
    startTimeUnixNano: String(AT.fixed64),
    endTimeUnixNano: String(AT.fixed64 + 1_000_000_000n),
    attributes: [
      { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
      { key: 'gen_ai.usage.input_tokens', value: { intValue: '7' } },
      { key: 'llm.input_messages.0.message.role', value: { stringValue: 'user' } },
      { key: 'list', value: { arrayValue: { values: [{ doubleValue: 0.5 }, { boolValue: true }] } } },
      { key: 'map', value: { kvlistValue: { values: [{ key: 'a', value: { stringValue: 'b' } }] } } },
    ],
    events: [{ timeUnixNano: String(AT.fixed64), name: 'gen_ai.choice', attributes: [] }],
    status: { code: 2, message: 'failed' },
  };
  return decodeWire(encodeTraces(tracesOf([span], { 'service.name': 'fuzz' })));
}

/** An ExportLogsServiceRequest. */
export const LOGS_WIRE: Wire = [
  [
    1,
    [
      [1, RESOURCE],
      [
        2,
        [
          [1, SCOPE],
          [
            2,
            [
              [1, AT],
              [2, 9n],
              [3, 'INFO'],
              [5, [[1, 'Hello 🚦']]],
              [6, attribute('event.name', [[1, 'gen_ai.user.message']])],
              [9, Buffer.from('5b8efff798038103d269b633813fc60c', 'hex')],
              [10, Buffer.from('eee19b7ec3c1b174', 'hex')],
              [11, AT],
            ],
          ],
        ],
      ],
    ],
  ],
];

/** An ExportMetricsServiceRequest with a sum. */
export const METRICS_WIRE: Wire = [
  [
    1,
    [
      [1, RESOURCE],
      [
        2,
        [
          [1, SCOPE],
          [
            2,
            [
              [1, 'gen_ai.client.token.usage'],
              [3, '{token}'],
              [
                7,
                [
                  [
                    1,
                    [
                      [2, AT],
                      [3, AT],
                      [6, { fixed64: 7n }],
                      [7, attribute('gen_ai.token.type', [[1, 'input']])],
                    ],
                  ],
                  [2, 2n],
                  [3, 1n],
                ],
              ],
            ],
          ],
        ],
      ],
    ],
  ],
];
