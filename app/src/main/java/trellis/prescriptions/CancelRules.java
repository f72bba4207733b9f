package trellis.prescriptions;

import java.util.Arrays;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.ServiceRefusal;
import trellis.people.NhsNumber;

/// How a cancellation is read. Sources: the tables of verification errors and of answers of the prescribing service.
final class CancelRules {
    private CancelRules() {}

    /// What a prescriber wants cancelled.
    ///
    /// @param by SDS user id
    /// @param odsCode of their organisation
    /// @param reason code of `medicationrequest-status-reason`
    record Cancellation(
            PrescriptionId prescription,
            NhsNumber number,
            String item,
            String by,
            String odsCode,
            String reason) {}

    /// A cancellation about which there is nothing more to say than this.
    static final class Refusal extends ServiceRefusal {
        private static final long serialVersionUID = 1;

        private final CancelResponse response;

        Refusal(CancelResponse response) {
            super(response.code());
            this.response = response;
        }

        CancelResponse response() {
            return response;
        }

        @Override
        public int status() {
            return 400;
        }

        @Override
        public ObjectNode body() {
            return EpsView.error(response);
        }
    }

    /// What a cancellation came to that was sent before with the same number.
    ///
    /// @throws EpsError.Refusal when that was another one
    static CancelResponse again(Cancellation sent, PrescriptionSql.Happened before) {
        if (!before.body().equals(sent.item())) {
            throw EpsError.VALUE.refusal(
                    "This X-Request-ID was used for another cancellation. Send a new one.");
        }
        return Arrays.stream(CancelResponse.values())
                .filter(one -> before.what().endsWith(one.code()))
                .findFirst()
                .orElseThrow();
    }

    static Cancellation cancellation(MessageRules.Message message) {
        var items = message.all("MedicationRequest");
        if (items.size() != 1) {
            throw EpsError.VALUE.refusal(
                    "The Bundle must contain exactly one MedicationRequest if"
                            + " MessageHeader.eventCoding.code is 'prescription-order-update'.");
        }
        var item = items.getFirst();
        var reason = item.at("/statusReason/coding/0/code").asString("");
        if (reason.isEmpty()) {
            throw EpsError.VALUE.refusal(
                    "Expected MedicationRequest to have a value for statusReason.");
        }
        var id = MessageRules.item(item.path("identifier"));
        if (!item.path("status").asString("").equals("cancelled")
                || !reason.matches("000[1-9]")
                || id.isEmpty()) {
            throw new Refusal(CancelResponse.INVALID_MESSAGE);
        }
        var role = message.at(item.path("requester"));
        var user =
                MessageRules.identifier(
                        message.at(role.path("practitioner")).path("identifier"),
                        MessageRules.USER);
        var ods = MessageRules.ods(message.at(role.path("organization")).path("identifier"));
        var number =
                NhsNumber.of(
                        MessageRules.identifier(
                                message.at(item.path("subject")).path("identifier"),
                                NhsNumber.SYSTEM));
        var prescription =
                PrescriptionId.of(
                        MessageRules.identifier(
                                item.path("groupIdentifier"), PrescriptionId.SYSTEM));
        if (user.isEmpty() || ods.isEmpty() || number.isEmpty() || prescription.isEmpty()) {
            throw new Refusal(CancelResponse.UNABLE);
        }
        return new Cancellation(prescription.get(), number.get(), id, user, ods, reason);
    }
}
