"""How moves of money read that more than one person makes."""

import msgspec

from banksim.model import Face

CARD = "LOAN_PAYMENTS_CREDIT_CARD_PAYMENT"
TO_BROKER = Face(
    "Schwab Brokerage",
    "SCHWAB BROKERAGE MONEYLINK PPD ID: 9005586224",
    "TRANSFER_OUT_INVESTMENT_AND_RETIREMENT_FUNDS",
    channel="online",
    code="transfer",
    ppd="9005586224",
)
FROM_BROKER = msgspec.structs.replace(TO_BROKER, detailed="TRANSFER_IN_INVESTMENT_AND_RETIREMENT_FUNDS")
