import type { SpanId } from '../../../../core/base/ids.ts';
import type { McpSpan } from '../../../../core/journal/run-state.ts';
import { useFormat } from '../../../format/use-format.ts';
import { Status } from '../../../widgets/status.tsx';
import './attempts-tab.css';

interface AskedBackTabProps {
  readonly requests: readonly McpSpan[];
  readonly onOpen: (span: SpanId) => void;
}

/** What a server asked of the agent before it answered: a sampling, an elicitation, its roots. */
export function AskedBackTab({ requests, onOpen }: AskedBackTabProps) {
  const format = useFormat();
  return (
    <ol className="inspector-tab attempts">
      {requests.map((request) => (
        <li key={request.id}>
          <button type="button" className="attempt" onClick={() => onOpen(request.id)}>
            <span className="attempt-line">
              <strong>{request.name}</strong>
              <Status status={request.status} />
              <span className="attempt-took">
                {request.endedAt !== undefined && format.duration(request.endedAt - request.startedAt)}
              </span>
            </span>
            {request.error && (
              <span>
                <strong className="stop mono">{request.error.code}</strong> {request.error.message}
              </span>
            )}
          </button>
        </li>
      ))}
    </ol>
  );
}
