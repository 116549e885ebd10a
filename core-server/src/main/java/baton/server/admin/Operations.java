package baton.server.admin;

import baton.protocol.OpCode;
import org.jspecify.annotations.Nullable;

/** The short names of operations that connection lists have. */
final class Operations {
    private Operations() {}

    static String code(@Nullable OpCode operation) {
        if (operation == null) {
            return "NA";
        }
        return switch (operation) {
            case PING -> "PING";
            case CREATE_SESSION -> "SESS";
            case CLOSE_SESSION -> "CLOS";
            case MULTI -> "MULT";
            case MULTI_READ -> "MLTR";
            case CREATE, CREATE2, CREATE_CONTAINER, CREATE_TTL -> "CREA";
            case DELETE, DELETE_CONTAINER -> "DELE";
            case SET_DATA -> "SETD";
            case GET_DATA -> "GETD";
            case SET_ACL -> "SETA";
            case GET_ACL -> "GETA";
            case GET_CHILDREN, GET_CHILDREN2 -> "GETC";
            case GET_ALL_CHILDREN_NUMBER -> "GETACN";
            case GET_EPHEMERALS -> "GETE";
            case EXISTS -> "EXIS";
            case SYNC -> "SYNC";
            case RECONFIG -> "RECO";
            case CHECK -> "CHEC";
            case CHECK_WATCHES -> "CHKW";
            case REMOVE_WATCHES -> "REMW";
            case ADD_WATCH -> "ADDW";
            case SET_WATCHES -> "SETW";
            case SET_WATCHES2 -> "STW2";
            case WHO_AM_I -> "HOMI";
            case AUTH, SASL, ERROR -> "NA";
        };
    }
}
