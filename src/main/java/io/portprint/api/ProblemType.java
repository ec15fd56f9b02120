package io.portprint.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The kinds of refusal. Names and statuses are a promise to clients: they are added to, not
 * changed.
 */
enum ProblemType {
  MALFORMED_JSON(
      400,
      "The body is not valid JSON",
      "The request body could not be read as one JSON object.",
      "Correct the body at the line and column that the problem names."),
  UNKNOWN_FIELD(
      400,
      "The body has a field that is not known",
      "A field of the request body is not one that this call reads. It is refused rather than"
          + " ignored, for it may be a typo.",
      "Take one of the known fields, or leave it out."),
  UNKNOWN_PARAMETER(
      400,
      "The query has a parameter that is not known",
      "A query parameter is not one that this call reads. It is refused rather than ignored, for it"
          + " may be a typo.",
      "Take one of the known parameters, or leave it out."),
  INVALID_VALUE(
      400,
      "A value is not valid",
      "A field, parameter or header has the wrong type, the wrong form, or is out of its range.",
      "Correct the value that the problem names."),
  INVALID_TARGET(
      400,
      "A target is not valid",
      "A host name, address, block, range, port or endpoint can't be understood.",
      "Give host names, addresses, CIDR blocks or address ranges, and ports such as"
          + " 21,80,8000-8100,U:53."),
  UNKNOWN_PROTOCOL(
      400,
      "The protocol is not known",
      "The request limits what is looked for to a protocol that no probe looks for.",
      "Take names that GET /api/v1/probes lists, or leave protocols out to look for all."),
  INVALID_CURSOR(
      400,
      "The cursor is not valid",
      "A cursor is the nextCursor of an earlier page of the same list, unchanged.",
      "Begin again without a cursor."),
  BAD_REQUEST(
      400,
      "The request can't be understood",
      "The request is not well-formed HTTP, or holds characters that are not allowed where they"
          + " stand.",
      "Correct the request: characters such as / and % in a path segment are refused, also where"
          + " they are encoded."),
  MISSING_KEY(
      401,
      "An API key is needed",
      "This service answers only clients that name themselves.",
      "Send your key in the X-API-Key header."),
  UNKNOWN_KEY(
      401,
      "The API key is not known",
      "The key in the X-API-Key header is none of those that the operator has set.",
      "Check the key for truncation and white space, or ask the operator for one."),
  LOOPBACK_ONLY(
      403,
      "Only this machine may ask",
      "No API keys are set, so requests are answered only where they come from the machine itself.",
      "Ask from the same machine, or have the operator set portprint.api.keys."),
  CROSS_SITE(
      403,
      "Another site's page may not ask",
      "No API keys are set, and the browser says that this request was made by a page of another"
          + " site.",
      "Ask from a program, from this service's own pages, or have the operator set"
          + " portprint.api.keys."),
  OUT_OF_SCOPE(
      403,
      "The target is out of scope",
      "The operator does not allow this address to be probed. Nothing was sent to it.",
      "Choose a target inside the scope, or have the operator extend portprint.scope.allow."),
  EXCHANGES_OFF(
      403,
      "Exchanges are not for this client",
      "What is said in an exchange is the client's own and may change its peer, so the operator has"
          + " to name who may make them.",
      "Have the operator add the client's id to portprint.exchanges.clients."),
  PUBLICATIONS_OFF(
      403,
      "The service publishes no signatures",
      "The operator has named no folder in which published signatures are kept.",
      "Have the operator set portprint.publications.folder."),
  WEBHOOKS_OFF(
      403,
      "The service has no webhooks",
      "The operator has not set up webhooks: they need a secret to be signed with, and addresses"
          + " that they may go to.",
      "Leave webhook out, or have the operator set portprint.webhooks.secret and"
          + " portprint.webhooks.allow."),
  WEBHOOK_NOT_ALLOWED(
      403,
      "The webhook may not go there",
      "The operator does not allow webhooks to go to this address. Nothing was sent to it.",
      "Name a receiver that is allowed, or have the operator extend portprint.webhooks.allow."),
  NO_SUCH_PATH(
      404,
      "There is nothing at this path",
      "The service has no such resource.",
      "See /swagger-ui.html for the calls that there are."),
  NO_SUCH_JOB(
      404,
      "There is no such job",
      "The job never was, it has expired, or it is another client's.",
      "List your jobs with GET /api/v1/jobs, or submit the job again."),
  NO_SUCH_REPLAY(
      404,
      "There is no such replay",
      "The replay never was, it has expired, or it is another client's.",
      "Submit the replay again."),
  NO_SUCH_SIGNATURE(
      404,
      "There is no such published signature",
      "No signature of this name is published; those of the service's own book and of the"
          + " operator's files have no page of their own.",
      "GET /api/v1/signatures?source=published lists those that are."),
  NO_SUCH_RESULT(
      404,
      "The job has no such result",
      "The job has not given this number to a result.",
      "Numbers count results in the order of finding, from 1: they are the ids of the fingerprint"
          + " events of GET /api/v1/jobs/{id}/events, and the places in the pages of GET"
          + " /api/v1/jobs/{id}/fingerprints where no filter is set."),
  NO_EVIDENCE(
      404,
      "There is no evidence to show",
      "The endpoint was not open, or no bytes are kept of what was said to it: a sweep keeps none,"
          + " and a service that holds as many results as it may keeps the verdict alone. Of a"
          + " replay: no conversation has come about.",
      "Look the endpoint up with GET /api/v1/fingerprints/{host}/{port}, which examines it."),
  NO_SUCH_CAPTURE(
      404,
      "There is no such capture",
      "The capture never was, it was deleted, it has expired, or it is another client's.",
      "Upload the capture again."),
  NO_SUCH_FLOW(
      404,
      "There is no such flow",
      "The capture has no conversation of this number.",
      "Take a number that GET /api/v1/captures/{id}/flows lists."),
  METHOD_NOT_ALLOWED(
      405,
      "The method is not allowed here",
      "The resource exists, but does not take this HTTP method.",
      "Use one of the methods in the Allow header."),
  NOT_ACCEPTABLE(
      406,
      "No acceptable form of the answer",
      "The service can't answer in any of the media types of the Accept header.",
      "Accept application/json."),
  UPLOAD_TOO_SLOW(
      408,
      "The upload took too long",
      "The capture did not come whole within the time that an upload may take. Nothing of it was"
          + " kept.",
      "Upload a smaller part, or have the operator raise portprint.captures.max-upload-time."),
  JOB_NOT_ENDED(
      409,
      "The job has not ended",
      "What was asked for is only known when the job has ended.",
      "Ask again when GET /api/v1/jobs/{id} says so, or end the job with DELETE."),
  REPLAY_NOT_ENDED(
      409,
      "The replay has not ended",
      "What it teaches is only known when it has ended.",
      "Ask again when GET /api/v1/replays/{id} says so."),
  NAME_TAKEN(
      409,
      "The name is taken",
      "There is a probe of that name already, published or the service's own.",
      "Take another name, or withdraw the signature with DELETE /api/v1/signatures/{name}."),
  SIGNATURES_FULL(
      409,
      "No more signatures can be published",
      "As many signatures are published as the operator allows.",
      "Withdraw one with DELETE /api/v1/signatures/{name}. The bound is"
          + " portprint.publications.max-published."),
  BODY_TOO_LARGE(
      413,
      "The body is too large",
      "The request body is longer than the service reads.",
      "Split the job: blocks and ranges are shorter than lists of addresses. The bound is"
          + " portprint.api.max-body."),
  CAPTURE_TOO_LARGE(
      413,
      "The capture is too large",
      "The file, or what there is to be kept of it, is more than one capture may have. Nothing of"
          + " it was kept.",
      "Cut it into parts, or filter it down to the conversations that matter. The bounds are"
          + " portprint.captures.max-size and half of portprint.captures.max-bytes."),
  UNSUPPORTED_MEDIA_TYPE(
      415,
      "The body's media type is not supported",
      "The request body is not declared as what the call reads: JSON, or a capture.",
      "Send JSON with Content-Type: application/json; a capture as multipart/form-data, or as"
          + " application/vnd.tcpdump.pcap."),
  FOREIGN_HOST(
      421,
      "The Host is not this machine",
      "No API keys are set, and the Host header names something other than this machine. A web page"
          + " could ask so, in the browser of somebody on this machine, by a name that its owner"
          + " points at loopback (DNS rebinding).",
      "Ask for localhost, 127.0.0.1 or [::1], or have the operator set portprint.api.keys."),
  NOT_A_CAPTURE(
      422,
      "The file is no capture",
      "The file is neither pcap nor pcapng, or it ends before its first packet could begin.",
      "Upload a pcap or pcapng file, uncompressed, as tcpdump and Wireshark write them."),
  NOT_REPLAYABLE(
      422,
      "This can't be replayed",
      "A replay says either turns or what the client of a captured flow said. The request has"
          + " neither or both, or what the client said can't be said again: the capture lacks a"
          + " part of it, it is too long, or there is too much of it.",
      "Give turns; or give capture and flow, with a learnFrom that comes before what can't be"
          + " said."),
  UNRESOLVABLE_HOST(
      422,
      "The host name has no address",
      "A host name could not be resolved. Nothing of the request was accepted.",
      "Check the name, or give the address."),
  TOO_MANY_ENDPOINTS(
      422,
      "The job has too many endpoints",
      "Targets times ports, and endpoints, exceed what one job may have.",
      "Split the job, or have the operator raise portprint.jobs.max-endpoints."),
  IDEMPOTENCY_CONFLICT(
      422,
      "The idempotency key was used for another request",
      "An Idempotency-Key stands for one request. This one was seen before, with a different"
          + " request.",
      "Use a fresh key for each different request, the same key only to repeat one."),
  NOT_FIT_TO_PUBLISH(
      422,
      "The signature is not fit to be published",
      "What was learned proves too little, or it would call something what it is not.",
      "Follow what the replay's lesson says would make it surer, and replay again; a signature of a"
          + " protocol that is known is published under that protocol's name."),
  QUEUE_FULL(
      429,
      "The queue is full",
      "So many endpoints are waiting that no more are taken. Nothing of the request was accepted.",
      "Try again after the time in the Retry-After header."),
  TOO_MANY_UPLOADS(
      429,
      "Too many captures are being uploaded",
      "You, or all clients together, upload as many captures as the service reads at a time.",
      "Try again after the time in the Retry-After header. The bound is"
          + " portprint.captures.max-uploads, of one client half of it."),
  CAPTURES_FULL(
      429,
      "There is no room for another capture",
      "The captures that are kept, yours or those of all clients, leave no room for this one."
          + " Nothing of it was kept.",
      "Delete captures that are no longer needed with DELETE /api/v1/captures/{id}, or try again"
          + " when some have expired. The bound is portprint.captures.max-bytes, of one client half"
          + " of it."),
  TOO_MANY_STREAMS(
      429,
      "Too many streams of events are open",
      "You, or all clients together, have as many streams of events open as the service keeps.",
      "Close one that is not needed, or try again after the time in the Retry-After header. The"
          + " bounds are portprint.events.max-streams-per-client and"
          + " portprint.events.max-streams."),
  UNEXPECTED(
      500,
      "Something went wrong in the service",
      "The service met a defect of its own. The incident id stands in its log too.",
      "Report the incident id to the operator."),
  SHUTTING_DOWN(
      503,
      "The service is shutting down",
      "The service takes no more work, for it is about to stop.",
      "Try again after the time in the Retry-After header."),
  BUSY(
      503,
      "The service is busy",
      "The look-up's turn did not come in time.",
      "Try again after the time in the Retry-After header, or submit a job, which waits."),
  SIGNATURE_NOT_KEPT(
      503,
      "The signature can't be kept",
      "The folder of published signatures can't be written. Nothing was changed.",
      "Have the operator make portprint.publications.folder writable, and try again.");

  private final int status;
  private final String title;
  private final String meaning;
  private final String remedy;

  ProblemType(int status, String title, String meaning, String remedy) {
    this.status = status;
    this.title = title;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }

  String meaning() {
    return meaning;
  }

  String remedy() {
    return remedy;
  }

  String slug() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A relative reference, which resolves to the problem's documentation on the service itself. */
  String uri() {
    return "/problems/" + slug();
  }

  static Optional<ProblemType> ofSlug(String slug) {
    return Arrays.stream(values()).filter(type -> type.slug().equals(slug)).findFirst();
  }
}
