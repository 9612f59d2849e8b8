"""camt.053: the statement of an account's day, with its balances (ISO 20022 BankToCustomerStatement)."""

from ....domain.bank import StatementKind
from ..camt import Camt

FORMAT = Camt("camt.053", "BkToCstmrStmt", "Stmt", StatementKind.STATEMENT)
